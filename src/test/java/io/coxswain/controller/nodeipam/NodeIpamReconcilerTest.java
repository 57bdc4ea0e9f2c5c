package io.coxswain.controller.nodeipam;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.bootstrap.config.Cidr;
import io.coxswain.bootstrap.config.ClusterConfig;
import io.coxswain.bootstrap.config.PortRange;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.ClusterObjects;
import io.coxswain.controller.SimulatedCluster;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeIpamReconcilerTest {
    private final SimulatedCluster cluster = new SimulatedCluster();

    @BeforeEach
    void start() {
        cluster.start(new NodeIpamReconciler(settings("10.244.0.0/22", 24)));
    }

    @Test
    void givesEachNodeItsOwnBlock() {
        put("a");
        put("b");
        cluster.settle();
        assertThat(block("a")).isEqualTo("10.244.0.0/24");
        assertThat(block("b")).isEqualTo("10.244.1.0/24");
        assertThat(cluster.api.get(ResourceTypes.NODES, "", "a").getSpec().getPodCIDRs())
                .containsExactly("10.244.0.0/24");
        assertThat(cluster.writes()).hasSize(2);
    }

    @Test
    void keepsOffBlocksThatAreTakenEvenByLargerOnesAndUsesFreedOnesAgain() {
        cluster.api.put(
                ResourceTypes.NODES,
                new NodeBuilder(ClusterObjects.node("old"))
                        .editSpec()
                        .withPodCIDR("10.244.0.0/23")
                        .endSpec()
                        .build());
        put("a");
        cluster.settle();
        assertThat(block("a")).isEqualTo("10.244.2.0/24");
        cluster.api.remove(ResourceTypes.NODES, "", "old");
        cluster.settle();
        put("b");
        cluster.settle();
        assertThat(block("b")).isEqualTo("10.244.0.0/24");
    }

    @Test
    void saysSoWhenAllAreTakenAndServesThoseThatWaitWhenOneIsFreed() {
        for (String name : new String[] {"a", "b", "c", "d", "e"}) {
            put(name);
        }
        cluster.run(2);
        assertThat(cluster.api.get(ResourceTypes.NODES, "", "e").getSpec().getPodCIDR())
                .isNull();
        assertThat(cluster.eventMessages("default", "CIDRNotAvailable"))
                .containsExactly("Node e status is now: CIDRNotAvailable");
        cluster.api.remove(ResourceTypes.NODES, "", "b");
        cluster.settle();
        assertThat(block("e")).isEqualTo("10.244.1.0/24");
    }

    @Test
    void aFailedWriteIsRepeatedWithTheSameBlockAndBlocksNobody() {
        AtomicInteger failures = new AtomicInteger();
        cluster.api.failWhen(request -> request.info().name().equals("a")
                        && request.info().verb().equals("patch")
                        && failures.incrementAndGet() <= 2
                ? ApiException.unavailable("the store is closed")
                : null);
        put("a");
        put("b");
        cluster.run(3);
        assertThat(failures.get()).isGreaterThan(2);
        assertThat(block("a")).isEqualTo("10.244.0.0/24");
        assertThat(block("b")).isEqualTo("10.244.1.0/24");
    }

    private void put(String name) {
        cluster.api.put(ResourceTypes.NODES, ClusterObjects.node(name));
    }

    private String block(String name) {
        Node node = cluster.api.get(ResourceTypes.NODES, "", name);
        return node.getSpec().getPodCIDR();
    }

    private static ClusterConfig settings(String podCidr, int prefix) {
        return new ClusterConfig(
                "cluster.local", Cidr.parse(podCidr), prefix, Cidr.parse("10.96.0.0/12"), new PortRange(30000, 32767));
    }
}
