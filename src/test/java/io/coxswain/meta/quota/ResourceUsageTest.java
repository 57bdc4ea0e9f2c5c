package io.coxswain.meta.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.coxswain.meta.GroupResource;
import io.coxswain.meta.ObjectView;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ResourceUsageTest {
    static Stream<Arguments> usage() {
        return Stream.of(
                arguments("a bare pod", "pods", "{'spec':{'containers':[{}]}}", "{count/pods=1, pods=1}"),
                arguments(
                        "containers together",
                        "pods",
                        "{'spec':{'containers':[{'resources':{'requests':{'cpu':'100m'},'limits':{'memory':'1Gi'}}},"
                                + "{'resources':{'requests':{'cpu':'400m'}}}]}}",
                        "{count/pods=1, cpu=500m, limits.memory=1Gi, pods=1, requests.cpu=500m}"),
                arguments(
                        "a greedy init container",
                        "pods",
                        "{'spec':{'initContainers':[{'resources':{'requests':{'cpu':'2'}}}],"
                                + "'containers':[{'resources':{'requests':{'cpu':'1'}}}]}}",
                        "{count/pods=1, cpu=2, pods=1, requests.cpu=2}"),
                arguments(
                        "overhead and a device",
                        "pods",
                        "{'spec':{'overhead':{'cpu':'1'},'containers':[{'resources':{'requests':{'cpu':'1',"
                                + "'example.com/gpu':'3'},'limits':{'example.com/gpu':'3'}}}]}}",
                        "{count/pods=1, cpu=2, pods=1, requests.cpu=2, requests.example.com/gpu=3}"),
                arguments(
                        "a finished pod",
                        "pods",
                        "{'spec':{'containers':[{'resources':{'requests':{'cpu':'1'}}}]},'status':{'phase':'Failed'}}",
                        "{count/pods=1}"),
                arguments(
                        "a NodePort service",
                        "services",
                        "{'spec':{'type':'NodePort','ports':[{},{}]}}",
                        "{count/services=1, services=1, services.nodeports=2}"),
                arguments(
                        "a load balancer without node ports",
                        "services",
                        "{'spec':{'type':'LoadBalancer','allocateLoadBalancerNodePorts':false,'ports':[{}]}}",
                        "{count/services=1, services=1, services.loadbalancers=1, services.nodeports=0}"),
                arguments(
                        "a claim",
                        "persistentvolumeclaims",
                        "{'spec':{'storageClassName':'fast','resources':{'requests':{'storage':'5Gi'}}}}",
                        "{count/persistentvolumeclaims=1, fast.storageclass.storage.k8s.io/persistentvolumeclaims=1,"
                                + " fast.storageclass.storage.k8s.io/requests.storage=5Gi, persistentvolumeclaims=1,"
                                + " requests.storage=5Gi}"),
                arguments("a deployment", "deployments.apps", "{}", "{count/deployments.apps=1}"),
                arguments(
                        "nonsense",
                        "pods",
                        "{'spec':{'containers':[{'resources':{'requests':{'cpu':'much'}}},7]}}",
                        "{count/pods=1, pods=1}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void usage(String what, String resource, String json, String expected) {
        assertThat(ResourceUsage.of(GroupResource.parse(resource), view(json))).hasToString(expected);
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.CsvSource({
        "pods,pods",
        "requests.cpu,pods",
        "limits.memory,pods",
        "services.nodeports,services",
        "configmaps,configmaps",
        "requests.storage,persistentvolumeclaims",
        "fast.storageclass.storage.k8s.io/requests.storage,persistentvolumeclaims",
        "count/deployments.apps,deployments.apps"
    })
    void knowsWhatAHardNameCounts(String hard, String resource) {
        assertThat(ResourceUsage.counted(hard)).hasToString(resource);
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.CsvSource(
            delimiter = '|',
            value = {
                "{'scopes':['BestEffort']}|true|false",
                "{'scopes':['NotBestEffort']}|false|true",
                "{'scopes':['Terminating']}|false|true",
                "{'scopes':['NotTerminating']}|true|false",
                "{}|true|true",
                "{'scopeSelector':{'matchExpressions':[{'scopeName':'PriorityClass','operator':'In','values':['high']}]}}"
                        + "|false|true"
            })
    void matchesScopes(String spec, boolean plain, boolean special) {
        ObjectView quota = view("{'spec':" + spec + "}");
        GroupResource pods = new GroupResource("", "pods");
        assertThat(QuotaScopes.match(quota, pods, view("{'spec':{'containers':[{}]}}")))
                .isEqualTo(plain);
        assertThat(QuotaScopes.match(
                        quota,
                        pods,
                        view("{'spec':{'activeDeadlineSeconds':5,'priorityClassName':'high',"
                                + "'containers':[{'resources':{'limits':{'cpu':'1'}}}]}}")))
                .isEqualTo(special);
    }

    @Test
    void aQuotaWithScopesCountsPodsOnly() {
        ObjectView quota = view("{'spec':{'scopes':['NotTerminating']}}");
        assertThat(QuotaScopes.match(quota, new GroupResource("", "services"), view("{}")))
                .isFalse();
    }

    private static ObjectView view(String json) {
        JsonObject tree =
                Json.createReader(new StringReader(json.replace('\'', '"'))).readObject();
        return new ObjectView(tree);
    }
}
