package io.coxswain.controller.resourcequota;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.SimulatedCluster;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResourceQuotaReconcilerTest {
    private final SimulatedCluster cluster = new SimulatedCluster();

    @BeforeEach
    void start() {
        cluster.start(new ResourceQuotaReconciler(cluster.timers.clock()));
    }

    @Test
    void countsANewQuotaAtOnce() {
        pod("a", "100m");
        pod("b", "250m");
        quota(Map.of("pods", "5", "requests.cpu", "1", "configmaps", "3"));
        cluster.settle();
        assertThat(used()).isEqualTo(Map.of("pods", "2", "requests.cpu", "350m", "configmaps", "0"));
        assertThat(quota().getStatus().getHard()).isEqualTo(quota().getSpec().getHard());
    }

    @Test
    void followsCreationsDeletionsAndPodsThatFinish() {
        quota(Map.of("pods", "5", "count/configmaps", "3"));
        Pod one = pod("a", "1");
        pod("b", "1");
        cluster.api.put(
                ResourceTypes.CONFIG_MAPS,
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName("map")
                        .endMetadata()
                        .build());
        cluster.settle();
        assertThat(used()).isEqualTo(Map.of("pods", "2", "count/configmaps", "1"));
        cluster.api.put(
                ResourceTypes.PODS,
                new PodBuilder(one)
                        .editStatus()
                        .withPhase("Succeeded")
                        .endStatus()
                        .build());
        cluster.settle();
        assertThat(used()).containsEntry("pods", "1");
        cluster.api.remove(ResourceTypes.PODS, "ns", "b");
        cluster.api.remove(ResourceTypes.CONFIG_MAPS, "ns", "map");
        cluster.settle();
        assertThat(used()).isEqualTo(Map.of("pods", "0", "count/configmaps", "0"));
    }

    @Test
    void correctsAWrongCountWithinMinutesAndFollowsItsLimits() {
        quota(Map.of("pods", "5"));
        cluster.settle();
        ResourceQuota wrong = quota();
        wrong.getStatus().setUsed(Map.of("pods", new Quantity("4")));
        cluster.api.put(ResourceTypes.RESOURCE_QUOTAS, wrong);
        cluster.timers.advance(Duration.ofMinutes(6));
        assertThat(used()).containsEntry("pods", "0");
        quota(Map.of("pods", "9"));
        cluster.settle();
        assertThat(quota().getStatus().getHard().get("pods")).isEqualTo(new Quantity("9"));
    }

    @Test
    void writesNothingWhileNothingChanges() {
        pod("a", "1");
        quota(Map.of("requests.cpu", "4"));
        cluster.settle();
        cluster.api.forgetRequests();
        cluster.timers.advance(Duration.ofMinutes(11));
        assertThat(cluster.api.countWrites("update", "resourcequotas/status")).isZero();
    }

    private Pod pod(String name, String cpu) {
        return cluster.api.put(
                ResourceTypes.PODS,
                new PodBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("c")
                        .withNewResources()
                        .addToRequests("cpu", new Quantity(cpu))
                        .endResources()
                        .endContainer()
                        .endSpec()
                        .withNewStatus()
                        .withPhase("Running")
                        .endStatus()
                        .build());
    }

    private void quota(Map<String, String> hard) {
        Map<String, Quantity> amounts = new TreeMap<>();
        hard.forEach((name, amount) -> amounts.put(name, new Quantity(amount)));
        cluster.api.put(
                ResourceTypes.RESOURCE_QUOTAS,
                new ResourceQuotaBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName("quota")
                        .endMetadata()
                        .withNewSpec()
                        .withHard(amounts)
                        .endSpec()
                        .build());
    }

    private ResourceQuota quota() {
        return cluster.api.get(ResourceTypes.RESOURCE_QUOTAS, "ns", "quota");
    }

    private Map<String, String> used() {
        Map<String, String> used = new TreeMap<>();
        quota().getStatus().getUsed().forEach((name, amount) -> used.put(name, amount.toString()));
        return used;
    }
}
