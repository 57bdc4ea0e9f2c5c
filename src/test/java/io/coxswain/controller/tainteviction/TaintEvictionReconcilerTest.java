package io.coxswain.controller.tainteviction;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.ClusterObjects;
import io.coxswain.controller.SimulatedCluster;
import io.coxswain.controller.runtime.Pods;
import io.coxswain.placement.Tolerations;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TaintEvictionReconcilerTest {
    private static final String UNREACHABLE = "node.kubernetes.io/unreachable";

    private final SimulatedCluster cluster = new SimulatedCluster();

    @BeforeEach
    void start() {
        cluster.start(new TaintEvictionReconciler(cluster.timers.clock()));
        taint();
    }

    @Test
    void aPodThatDoesNotTolerateTheTaintGoesAtOnce() {
        put("p");
        put("tolerant", tolerate(UNREACHABLE, null));
        cluster.settle();
        assertThat(isLeaving("p")).isFalse();
        taint(taint(UNREACHABLE, "NoExecute"));
        cluster.settle();
        assertThat(isLeaving("p")).isTrue();
        assertThat(isLeaving("tolerant")).isFalse();
        assertThat(Pods.condition(get("p"), "DisruptionTarget").orElseThrow()).satisfies(condition -> {
            assertThat(condition.getStatus()).isEqualTo("True");
            assertThat(condition.getReason()).isEqualTo("DeletionByTaintManager");
            assertThat(condition.getMessage()).isEqualTo("Taint manager: deleting due to NoExecute taint");
        });
        assertThat(cluster.eventMessages("ns", "TaintManagerEviction"))
                .containsExactly("Marking for deletion Pod ns/p");
    }

    @Test
    void noScheduleTaintsDriveNobodyOff() {
        put("p");
        taint(taint(UNREACHABLE, "NoSchedule"));
        advance(600);
        assertThat(isLeaving("p")).isFalse();
    }

    @Test
    void tolerationSecondsCountFromTheTimeTheTaintWasAdded() {
        Taint taint = taint(UNREACHABLE, "NoExecute");
        taint(taint);
        advance(6);
        put("p", tolerate(UNREACHABLE, 10L));
        advance(3);
        assertThat(isLeaving("p")).isFalse();
        advance(2);
        assertThat(isLeaving("p")).isTrue();
    }

    @Test
    void theEvictionIsCancelledWhenTheTaintGoes() {
        put("p", tolerate(UNREACHABLE, 10L));
        taint(taint(UNREACHABLE, "NoExecute"));
        advance(8);
        taint();
        advance(60);
        assertThat(isLeaving("p")).isFalse();
        assertThat(cluster.eventMessages("ns", "TaintManagerEviction"))
                .containsExactly("Cancelling deletion of Pod ns/p");
        taint(taint(UNREACHABLE, "NoExecute"));
        advance(8);
        assertThat(isLeaving("p")).isFalse();
        advance(3);
        assertThat(isLeaving("p")).isTrue();
    }

    @Test
    void theShortestOfAllMatchingTolerationsCounts() {
        Instant zero = Instant.EPOCH;
        Taint a = new TaintBuilder().withKey("a").withEffect("NoExecute").build();
        Taint b = new TaintBuilder().withKey("b").withEffect("NoExecute").build();
        assertThat(Tolerance.end(List.of(a), List.of(tolerate("a", 30L), tolerate("a", 20L)), zero))
                .contains(zero.plusSeconds(20));
        assertThat(Tolerance.end(List.of(a), List.of(tolerate("a", null), tolerate("a", 20L)), zero))
                .contains(zero.plusSeconds(20));
        assertThat(Tolerance.end(List.of(a, b), List.of(tolerate("a", 30L), tolerate("b", 40L)), zero))
                .contains(zero.plusSeconds(30));
        assertThat(Tolerance.end(List.of(a, b), List.of(tolerate("a", 30L)), zero))
                .contains(zero);
        assertThat(Tolerance.end(List.of(a), List.of(tolerate("a", -5L)), zero)).contains(zero);
        assertThat(Tolerance.end(List.of(a), List.of(tolerate("a", Long.MAX_VALUE)), zero))
                .isPresent();
        assertThat(Tolerance.end(List.of(a), List.of(tolerate("a", null)), zero))
                .isEqualTo(Optional.empty());
    }

    @Test
    void tolerationsMatchAsTheSchedulersDo() {
        Taint taint = new TaintBuilder()
                .withKey("k")
                .withValue("v")
                .withEffect("NoExecute")
                .build();
        assertThat(matches(taint, "k", "Equal", "v", "NoExecute")).isTrue();
        assertThat(matches(taint, "k", null, "v", null)).isTrue();
        assertThat(matches(taint, null, "Exists", null, null)).isTrue();
        assertThat(matches(taint, "k", "Equal", "w", "NoExecute")).isFalse();
        assertThat(matches(taint, "k", "Exists", null, "NoSchedule")).isFalse();
        assertThat(matches(taint, "l", "Exists", null, "NoExecute")).isFalse();
        assertThat(matches(taint, "k", "Unheard", "v", "NoExecute")).isFalse();
    }

    private static boolean matches(
            Taint taint,
            @Nullable String key,
            @Nullable String operator,
            @Nullable String value,
            @Nullable String effect) {
        return Tolerations.tolerates(
                new TolerationBuilder()
                        .withKey(key)
                        .withOperator(operator)
                        .withValue(value)
                        .withEffect(effect)
                        .build(),
                taint);
    }

    private static Toleration tolerate(String key, @Nullable Long seconds) {
        return new TolerationBuilder()
                .withKey(key)
                .withOperator("Exists")
                .withEffect("NoExecute")
                .withTolerationSeconds(seconds)
                .build();
    }

    private Taint taint(String key, String effect) {
        return new TaintBuilder()
                .withKey(key)
                .withEffect(effect)
                .withTimeAdded(cluster.timers.clock().instant().toString())
                .build();
    }

    private void taint(Taint... taints) {
        cluster.api.put(
                ResourceTypes.NODES,
                new NodeBuilder(ClusterObjects.node("node-1"))
                        .editSpec()
                        .withTaints(taints)
                        .endSpec()
                        .build());
    }

    private void put(String name, Toleration... tolerations) {
        cluster.api.put(
                ResourceTypes.PODS,
                new PodBuilder(ClusterObjects.pod(name, Map.of(), "node-1", "10.244.0.1"))
                        .editSpec()
                        .withTolerations(tolerations)
                        .endSpec()
                        .build());
    }

    private Pod get(String name) {
        return cluster.api.get(ResourceTypes.PODS, "ns", name);
    }

    private boolean isLeaving(String name) {
        return get(name).getMetadata().getDeletionTimestamp() != null;
    }

    private void advance(int seconds) {
        cluster.timers.advance(Duration.ofSeconds(seconds));
    }
}
