package io.coxswain.controller.rootca;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.ClusterObjects;
import io.coxswain.controller.SimulatedCluster;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RootCaReconcilerTest {
    private final SimulatedCluster cluster = new SimulatedCluster();

    @BeforeEach
    void start() {
        cluster.start(new RootCaReconciler(() -> "PEM"));
        cluster.api.put(ResourceTypes.NAMESPACES, ClusterObjects.namespace("ns", "Active"));
        cluster.api.put(ResourceTypes.NAMESPACES, ClusterObjects.namespace("leaving", "Terminating"));
        cluster.settle();
    }

    @Test
    void everyActiveNamespaceGetsTheCertificate() {
        assertThat(map().getData()).isEqualTo(Map.of("ca.crt", "PEM"));
        assertThat(map().getMetadata().getAnnotations()).containsKey("kubernetes.io/description");
        assertThat(cluster.api.exists(ResourceTypes.CONFIG_MAPS, "leaving", "kube-root-ca.crt"))
                .isFalse();
    }

    @Test
    void whatSomebodyChangesOrDeletesIsPutRight() {
        cluster.api.put(
                ResourceTypes.CONFIG_MAPS,
                new ConfigMapBuilder(map())
                        .addToData("ca.crt", "FORGED")
                        .addToData("more", "x")
                        .build());
        cluster.settle();
        assertThat(map().getData()).isEqualTo(Map.of("ca.crt", "PEM"));
        cluster.api.remove(ResourceTypes.CONFIG_MAPS, "ns", "kube-root-ca.crt");
        cluster.settle();
        assertThat(map().getData()).isEqualTo(Map.of("ca.crt", "PEM"));
    }

    @Test
    void otherConfigMapsAndOwnLabelsStay() {
        cluster.api.forgetRequests();
        cluster.api.put(
                ResourceTypes.CONFIG_MAPS,
                new ConfigMapBuilder(map())
                        .editMetadata()
                        .addToLabels("mine", "yes")
                        .endMetadata()
                        .build());
        cluster.api.put(
                ResourceTypes.CONFIG_MAPS,
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName("other")
                        .endMetadata()
                        .build());
        cluster.settle();
        assertThat(cluster.writes()).isEmpty();
    }

    private ConfigMap map() {
        return cluster.api.get(ResourceTypes.CONFIG_MAPS, "ns", "kube-root-ca.crt");
    }
}
