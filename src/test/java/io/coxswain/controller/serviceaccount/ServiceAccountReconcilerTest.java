package io.coxswain.controller.serviceaccount;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.ClusterObjects;
import io.coxswain.controller.SimulatedCluster;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServiceAccountReconcilerTest {
    private final SimulatedCluster cluster = new SimulatedCluster();

    @BeforeEach
    void start() {
        cluster.api.put(ResourceTypes.NAMESPACES, ClusterObjects.namespace("early", "Active"));
        cluster.start(new ServiceAccountReconciler());
    }

    @Test
    void everyNamespaceGetsItsAccount() {
        cluster.api.put(ResourceTypes.NAMESPACES, ClusterObjects.namespace("late", "Active"));
        cluster.settle();
        assertThat(exists("early")).isTrue();
        assertThat(exists("late")).isTrue();
        assertThat(cluster.api.countWrites("create", "serviceaccounts")).isEqualTo(2);
    }

    @Test
    void aDeletedAccountComesBack() {
        cluster.settle();
        cluster.api.remove(ResourceTypes.SERVICE_ACCOUNTS, "early", "default");
        cluster.settle();
        assertThat(exists("early")).isTrue();
    }

    @Test
    void aNamespaceThatGoesAwayGetsNone() {
        cluster.api.put(ResourceTypes.NAMESPACES, ClusterObjects.namespace("leaving", "Terminating"));
        cluster.settle();
        assertThat(exists("leaving")).isFalse();
        assertThat(cluster.writes()).noneMatch(write -> write.contains("leaving"));
    }

    private boolean exists(String namespace) {
        return cluster.api.exists(ResourceTypes.SERVICE_ACCOUNTS, namespace, "default");
    }
}
