package io.coxswain.kinds.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.kinds.Trees;
import io.coxswain.meta.GroupResource;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuotaEvaluatorsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");

    private static String usage(String resource, String object) {
        return QuotaEvaluators.of(GroupResource.parse(resource))
                .usage(Trees.view(object), NOW)
                .toString();
    }

    @Test
    void aPodUsesWhatItsContainersAskFor() {
        assertThat(usage("pods", """
                                spec:
                                  initContainers: [{name: i, resources: {requests: {cpu: "3"}}}]
                                  containers:
                                  - {name: a, resources: {requests: {cpu: "1", memory: 1Gi, example.com/gpu: "1"}, limits: {cpu: "2", example.com/gpu: "1"}}}
                                  - {name: b, resources: {requests: {cpu: 500m}}}
                                """))
                .isEqualTo("count/pods=1,cpu=3,limits.cpu=2,memory=1Gi,pods=1,requests.cpu=3,"
                        + "requests.example.com/gpu=1,requests.memory=1Gi");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{status: {phase: Running}};count/pods=1,pods=1",
                "{status: {phase: Succeeded}};count/pods=1",
                "{status: {phase: Failed}};count/pods=1",
                "{metadata: {deletionTimestamp: '2026-01-01T00:00:55Z', deletionGracePeriodSeconds: 30}};count/pods=1,pods=1",
                "{metadata: {deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 30}};count/pods=1",
            })
    void anEndedPodIsOnlyCounted(String pod, String expected) {
        assertThat(usage("pods", pod)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "services;{spec: {type: ClusterIP, ports: [{port: 1}]}};count/services=1,services=1,"
                        + "services.loadbalancers=0,services.nodeports=0",
                "services;{spec: {type: NodePort, ports: [{port: 1}, {port: 2}]}};count/services=1,services=1,"
                        + "services.loadbalancers=0,services.nodeports=2",
                "services;{spec: {type: LoadBalancer, allocateLoadBalancerNodePorts: false, ports: [{port: 1}]}};"
                        + "count/services=1,services=1,services.loadbalancers=1,services.nodeports=0",
                "persistentvolumeclaims;{spec: {storageClassName: gold, resources: {requests: {storage: 1Gi}}}};"
                        + "count/persistentvolumeclaims=1,gold.storageclass.storage.k8s.io/persistentvolumeclaims=1,"
                        + "gold.storageclass.storage.k8s.io/requests.storage=1Gi,persistentvolumeclaims=1,"
                        + "requests.storage=1Gi",
                "configmaps;{};configmaps=1,count/configmaps=1",
                "jobs.batch;{};count/jobs.batch=1",
            })
    void othersUseWhatTheyAre(String resource, String object, String expected) {
        assertThat(usage(resource, object)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "pods,pods",
        "requests.cpu,pods",
        "limits.memory,pods",
        "requests.example.com/gpu,pods",
        "services.nodeports,services",
        "count/deployments.apps,deployments.apps",
        "count/pods,pods",
        "secrets,secrets",
        "requests.storage,persistentvolumeclaims",
    })
    void eachNameBelongsToAResource(String name, String resource) {
        assertThat(QuotaEvaluators.resourceOf(name)).contains(GroupResource.parse(resource));
    }

    @Test
    void unknownNamesBelongToNone() {
        assertThat(QuotaEvaluators.resourceOf("apples")).isEmpty();
    }

    @Test
    void usageIsArithmetic() {
        Usage one = QuotaEvaluators.of(GroupResource.parse("secrets")).usage(Trees.view("{}"), NOW);
        Usage two = one.plus(one);

        assertThat(two).hasToString("count/secrets=2,secrets=2");
        assertThat(one.minusDownToZero(two)).hasToString("count/secrets=0,secrets=0");
        assertThat(one.minusDownToZero(two).withoutZeros().isEmpty()).isTrue();
        assertThat(two.beyond(one)).containsExactly("count/secrets", "secrets");
        assertThat(one.beyond(two)).isEmpty();
    }
}
