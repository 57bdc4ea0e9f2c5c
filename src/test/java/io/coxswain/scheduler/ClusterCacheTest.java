package io.coxswain.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.Resources;
import io.coxswain.scheduler.framework.Snapshot;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ClusterCacheTest {
    private final ClusterCache cache = new ClusterCache();

    private static Node node(String name, int cpu) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewStatus()
                .addToAllocatable("cpu", new Quantity(String.valueOf(cpu)))
                .endStatus()
                .build();
    }

    private static PodInfo pod(String uid, int cpu) {
        return PodInfo.of(new PodBuilder()
                .withNewMetadata()
                .withName(uid)
                .withNamespace("default")
                .withUid(uid)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("a")
                .withNewResources()
                .addToRequests("cpu", new Quantity(String.valueOf(cpu)))
                .endResources()
                .endContainer()
                .endSpec()
                .build());
    }

    private static String text(Snapshot snapshot) {
        StringBuilder text = new StringBuilder();
        for (NodeInfo node : snapshot.nodes()) {
            List<String> pods = node.pods().stream().map(PodInfo::uid).sorted().toList();
            text.append(node.name())
                    .append(" of ")
                    .append(node.allocatable().get(Resources.CPU))
                    .append(" asked for ")
                    .append(node.requested().get(Resources.CPU))
                    .append(pods)
                    .append('\n');
        }
        return text.toString();
    }

    private Snapshot snapshot() {
        return cache.snapshot(Map.of());
    }

    @Test
    void aSnapshotStaysAsItWas() {
        cache.setNode(node("b", 4));
        cache.setNode(node("a", 2));
        Snapshot before = snapshot();
        cache.assume(pod("p", 1), "a");
        cache.setNode(node("c", 8));
        assertThat(text(before)).isEqualTo("a of 2000 asked for 0[]\nb of 4000 asked for 0[]\n");
        assertThat(text(snapshot()))
                .isEqualTo("a of 2000 asked for 1000[p]\nb of 4000 asked for 0[]\nc of 8000 asked for 0[]\n");
    }

    @Test
    void aPodOfANodeThatComesLaterCountsThere() {
        cache.setNode(node("a", 2));
        cache.setPod(pod("p", 1), "late");
        assertThat(text(snapshot())).isEqualTo("a of 2000 asked for 0[]\n");
        cache.setNode(node("late", 2));
        assertThat(text(snapshot())).isEqualTo("a of 2000 asked for 0[]\nlate of 2000 asked for 1000[p]\n");
    }

    /** Whatever happens between two snapshots, the next is what a cache would say that has never made one. */
    @Test
    void whatIsTakenFromTheLastSnapshotIsWhatWouldBeCalculated() {
        Random random = new Random(7);
        Map<String, Node> nodes = new TreeMap<>();
        Map<String, Map.Entry<PodInfo, String>> pods = new HashMap<>();
        for (int step = 0; step < 3_000; step++) {
            String name = "n-" + random.nextInt(12);
            String uid = "p-" + random.nextInt(40);
            switch (random.nextInt(8)) {
                case 0 -> {
                    Node node = node(name, 1 + random.nextInt(64));
                    nodes.put(name, node);
                    cache.setNode(node);
                }
                case 1 -> {
                    nodes.remove(name);
                    cache.removeNode(name);
                }
                case 2 -> {
                    pods.remove(uid);
                    cache.removePod(uid);
                }
                case 3 -> {
                    PodInfo assumed = pod("assumed", 1);
                    cache.assume(assumed, name);
                    snapshot();
                    cache.forget("assumed");
                }
                case 4 -> {
                    PodInfo pod = pod(uid, 1 + random.nextInt(4));
                    pods.put(uid, Map.entry(pod, name));
                    cache.assume(pod, name);
                }
                default -> {
                    PodInfo pod = pod(uid, 1 + random.nextInt(4));
                    pods.put(uid, Map.entry(pod, name));
                    cache.setPod(pod, name);
                }
            }
            if (random.nextInt(3) == 0) {
                ClusterCache fresh = new ClusterCache();
                nodes.values().forEach(fresh::setNode);
                pods.values().forEach(entry -> fresh.setPod(entry.getKey(), entry.getValue()));
                assertThat(text(snapshot())).as("step " + step).isEqualTo(text(fresh.snapshot(Map.of())));
            }
        }
    }
}
