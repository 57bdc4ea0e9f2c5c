package io.coxswain.authz.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.apiserver.authz.Authorizer.Attributes;
import io.coxswain.apiserver.authz.Authorizer.Verdict;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.client.FakeApi;
import io.coxswain.client.ManualTimers;
import io.coxswain.client.ResourceTypes;
import io.coxswain.client.SharedInformers;
import io.coxswain.meta.GroupVersionResource;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeAuthorizerTest {
    private final ManualTimers timers = new ManualTimers();
    private final FakeApi api = new FakeApi(timers.clock());
    private final SharedInformers informers = new SharedInformers(api.client(timers), timers);
    private final NodeAuthorizer authorizer =
            new NodeAuthorizer(new InformedNodePods(() -> informers, () -> api.clients(timers)));

    @BeforeEach
    void twoPodsOnTwoNodes() {
        api.put(ResourceTypes.PODS, pod("web-1", "node-1", "one"));
        api.put(ResourceTypes.PODS, pod("web-2", "node-2", "two"));
        api.put(ResourceTypes.PERSISTENT_VOLUMES, volume("volume-one", "claim-one"));
        api.put(ResourceTypes.PERSISTENT_VOLUMES, volume("volume-two", "claim-two"));
        api.put(
                ResourceTypes.PERSISTENT_VOLUMES,
                new PersistentVolumeBuilder(volume("volume-free", ""))
                        .editSpec()
                        .withClaimRef(null)
                        .endSpec()
                        .build());
        informers.informer(ResourceTypes.PODS);
        timers.runDue();
    }

    private static PersistentVolume volume(String name, String claim) {
        return new PersistentVolumeBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withNewClaimRef()
                .withNamespace("shop")
                .withName(claim)
                .endClaimRef()
                .endSpec()
                .build();
    }

    private static Pod pod(String name, String node, String mark) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("shop")
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .withServiceAccountName("sa-" + mark)
                .addNewImagePullSecret("pull-" + mark)
                .addNewContainer()
                .withName("c")
                .addNewEnv()
                .withName("A")
                .withNewValueFrom()
                .withNewSecretKeyRef("k", "env-" + mark, false)
                .endValueFrom()
                .endEnv()
                .addNewEnvFrom()
                .withNewConfigMapRef("from-" + mark, false)
                .endEnvFrom()
                .endContainer()
                .addNewVolume()
                .withName("v")
                .withNewProjected()
                .addNewSource()
                .withNewConfigMap()
                .withName("projected-" + mark)
                .endConfigMap()
                .endSource()
                .endProjected()
                .endVolume()
                .addNewVolume()
                .withName("d")
                .withNewPersistentVolumeClaim("claim-" + mark, false)
                .endVolume()
                .endSpec()
                .build();
    }

    private boolean may(
            String user, String verb, String group, String resource, String namespace, String name, String selector) {
        int slash = resource.indexOf('/');
        String main = slash < 0 ? resource : resource.substring(0, slash);
        String sub = slash < 0 ? "" : resource.substring(slash + 1);
        RequestInfo request =
                RequestInfo.resource(verb, new GroupVersionResource(group, "v1", main), namespace, name, sub);
        boolean labels = selector.startsWith("labels:");
        return authorizer
                        .authorize(new Attributes(
                                UserInfo.of(user, UserInfo.GROUP_NODES),
                                request,
                                labels ? "" : selector,
                                labels ? selector.substring("labels:".length()) : ""))
                        .verdict()
                == Verdict.ALLOW;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // what pods on the node refer to, and nothing else
                "true |get |'' |secrets |shop |pull-one |''",
                "true |get |'' |secrets |shop |env-one |''",
                "true |watch |'' |secrets |shop |'' |metadata.name=env-one",
                "true |get |'' |configmaps |shop |from-one |''",
                "true |get |'' |configmaps |shop |projected-one |''",
                "false|get |'' |configmaps |shop |projected-two |''",
                "false|get |'' |secrets |shop |pull-two |''",
                "false|get |'' |secrets |other |pull-one |''",
                "false|list |'' |secrets |shop |'' |''",
                "false|list |'' |secrets |'' |'' |metadata.name=env-one",
                "false|delete |'' |secrets |shop |env-one |''",
                "true |get |'' |persistentvolumeclaims |shop |claim-one |''",
                "false|list |'' |persistentvolumeclaims |shop |'' |''",
                // volumes that its pods claim, and those that are its directories
                "true |get |'' |persistentvolumes |'' |volume-one |''",
                "false|get |'' |persistentvolumes |'' |volume-two |''",
                "false|get |'' |persistentvolumes |'' |volume-free |''",
                "false|get |'' |persistentvolumes |'' |volume-none |''",
                "false|patch |'' |persistentvolumes |'' |volume-one |''",
                "false|patch |'' |persistentvolumes/status |'' |volume-one |''",
                "true |list |'' |persistentvolumes |'' |'' |labels:local-path.coxswain.io/node=node-1",
                "true |watch |'' |persistentvolumes |'' |'' |labels:a=b,local-path.coxswain.io/node=node-1",
                "false|watch |'' |persistentvolumes |'' |'' |labels:local-path.coxswain.io/node=node-2",
                "false|watch |'' |persistentvolumes |'' |'' |labels:local-path.coxswain.io/node!=node-1",
                "false|list |'' |persistentvolumes |'' |'' |labels:a in (local-path.coxswain.io/node=node-1)",
                "false|list |'' |persistentvolumes |'' |'' |''",
                "true |create |'' |serviceaccounts/token |shop |sa-one |''",
                "false|create |'' |serviceaccounts/token |shop |sa-two |''",
                "false|get |'' |serviceaccounts |shop |sa-one |''",
                // its own node
                "true |create |'' |nodes |'' |'' |''",
                "true |get |'' |nodes |'' |node-1 |''",
                "true |list |'' |nodes |'' |'' |metadata.name=node-1",
                "true |patch |'' |nodes/status |'' |node-1 |''",
                "false|patch |'' |nodes/status |'' |node-2 |''",
                "false|patch |'' |nodes |'' |node-2 |''",
                "false|get |'' |nodes |'' |node-2 |''",
                "false|list |'' |nodes |'' |'' |''",
                "false|delete |'' |nodes |'' |node-1 |''",
                // its own pods
                "true |list |'' |pods |'' |'' |spec.nodeName=node-1",
                "true |watch |'' |pods |'' |'' |spec.nodeName==node-1",
                "false|list |'' |pods |'' |'' |spec.nodeName=node-2",
                "false|list |'' |pods |'' |'' |spec.nodeName!=node-1",
                "false|list |'' |pods |'' |'' |''",
                "true |get |'' |pods |shop |web-1 |''",
                "false|get |'' |pods |shop |web-2 |''",
                "true |patch |'' |pods/status |shop |web-1 |''",
                "false|patch |'' |pods/status |shop |web-2 |''",
                "true |delete |'' |pods |shop |web-1 |''",
                "false|create |'' |pods/exec |shop |web-1 |''",
                // its lease
                "true |update |coordination.k8s.io |leases |kube-node-lease |node-1 |''",
                "true |create |coordination.k8s.io |leases |kube-node-lease |'' |''",
                "false|update |coordination.k8s.io |leases |kube-node-lease |node-2 |''",
                "false|update |coordination.k8s.io |leases |kube-system |node-1 |''",
                "false|list |coordination.k8s.io |leases |kube-node-lease |'' |''",
                // what all kubelets need
                "true |list |'' |services |'' |'' |''",
                "true |create |'' |events |shop |'' |''",
                "true |create |authentication.k8s.io |tokenreviews |'' |'' |''",
                "false|create |apps |deployments |shop |x |''"
            })
    void holdsANodeToItsOwn(
            boolean allowed,
            String verb,
            String group,
            String resource,
            String namespace,
            String name,
            String selector) {
        assertThat(may("system:node:node-1", verb, group, resource, namespace, name, selector))
                .isEqualTo(allowed);
    }

    @Test
    void saysWhy() {
        RequestInfo request =
                RequestInfo.resource("get", new GroupVersionResource("", "v1", "secrets"), "shop", "pull-two", "");
        assertThat(authorizer
                        .authorize(new Attributes(UserInfo.of("system:node:node-1", UserInfo.GROUP_NODES), request, ""))
                        .reason())
                .isEqualTo("no relationship found between node 'node-1' and this object");
    }

    @Test
    void knowsAPodThatTheInformerHasNotHeardOf() {
        api.put(ResourceTypes.PODS, pod("web-3", "node-1", "three"));
        assertThat(may("system:node:node-1", "get", "", "secrets", "shop", "env-three", ""))
                .isTrue();
    }

    @Test
    void forgetsAPodThatIsGone() {
        api.remove(ResourceTypes.PODS, "shop", "web-1");
        timers.runDue();
        assertThat(may("system:node:node-1", "get", "", "secrets", "shop", "env-one", ""))
                .isFalse();
    }

    @Test
    void hasNoOpinionOnOthers() {
        RequestInfo request = RequestInfo.resource("list", new GroupVersionResource("", "v1", "services"), "", "", "");
        assertThat(authorizer
                        .authorize(new Attributes(UserInfo.of("system:node:node-1"), request, ""))
                        .verdict())
                .isEqualTo(Verdict.NO_OPINION);
        assertThat(authorizer
                        .authorize(new Attributes(UserInfo.of("alice", UserInfo.GROUP_NODES), request, ""))
                        .verdict())
                .isEqualTo(Verdict.NO_OPINION);
    }
}
