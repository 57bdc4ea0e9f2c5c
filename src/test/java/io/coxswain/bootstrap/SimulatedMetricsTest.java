package io.coxswain.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coxswain.client.FakeApi;
import io.coxswain.client.ManualTimers;
import io.coxswain.client.ResourceTypes;
import io.coxswain.client.SharedInformers;
import io.coxswain.controller.ClusterObjects;
import io.coxswain.controller.horizontalpodautoscaler.ApiMetrics;
import io.coxswain.controller.horizontalpodautoscaler.MetricsException;
import io.coxswain.controller.horizontalpodautoscaler.PodMetric;
import io.coxswain.meta.selector.LabelSelector;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SimulatedMetricsTest {
    private static final LabelSelector PODS = LabelSelector.parse("app=x");

    private final ManualTimers timers = new ManualTimers();
    private final FakeApi api = new FakeApi(timers.clock());
    private final SimulatedMetrics metrics = new SimulatedMetrics(
            new ApiMetrics(api.client(timers)), new SharedInformers(api.client(timers), timers), timers.clock());

    SimulatedMetricsTest() {
        api.put(
                ResourceTypes.NODES,
                new NodeBuilder(ClusterObjects.node("simulated"))
                        .editMetadata()
                        .addToLabels("simulated.coxswain.io/node", "true")
                        .addToAnnotations("simulated.coxswain.io/usage", "cpu=100m")
                        .endMetadata()
                        .build());
        api.put(ResourceTypes.NODES, ClusterObjects.node("real"));
    }

    @Test
    void simulatedPodsUseWhatTheySay() throws MetricsException {
        pod("a", "simulated", "");
        pod("b", "simulated", "cpu=300m");
        pod("other", "simulated", "cpu=1", "y");
        sync();
        assertThat(metrics.usage("ns", PODS, "cpu", "")).isEqualTo(Map.of("a", measured(100), "b", measured(300)));
        assertThat(metrics.usage("ns", PODS, "cpu", "main")).hasSize(2);
    }

    @Test
    void othersAreForTheMetricsApi() {
        pod("a", "simulated", "");
        pod("b", "real", "cpu=300m");
        sync();
        assertThatExceptionOfType(MetricsException.class)
                .isThrownBy(() -> metrics.usage("ns", PODS, "cpu", ""))
                .withMessageContaining("(get pods.metrics.k8s.io)");
        assertThatExceptionOfType(MetricsException.class)
                .isThrownBy(() -> metrics.usage("ns", LabelSelector.parse("app=none"), "cpu", ""));
        assertThatExceptionOfType(MetricsException.class)
                .isThrownBy(() -> metrics.ofPods("ns", PODS, "requests", LabelSelector.everything()));
    }

    @Test
    void whatNobodySaysIsAskedForToo() {
        pod("a", "simulated", "");
        sync();
        assertThatExceptionOfType(MetricsException.class).isThrownBy(() -> metrics.usage("ns", PODS, "memory", ""));
        assertThatExceptionOfType(MetricsException.class).isThrownBy(() -> metrics.usage("ns", PODS, "cpu", "none"));
    }

    /** Informers start when they are first asked for. */
    private void sync() {
        assertThatExceptionOfType(MetricsException.class).isThrownBy(() -> metrics.usage("ns", PODS, "cpu", ""));
        timers.advance(Duration.ofSeconds(1));
    }

    private PodMetric measured(long milli) {
        return new PodMetric(timers.clock().instant(), Duration.ZERO, milli);
    }

    private void pod(String name, String node, String usage) {
        pod(name, node, usage, "x");
    }

    private void pod(String name, String node, String usage, String app) {
        PodBuilder pod = new PodBuilder(ClusterObjects.pod(name, Map.of("app", app), node, "10.0.0.1"));
        if (!usage.isEmpty()) {
            pod.editMetadata()
                    .addToAnnotations("simulated.coxswain.io/usage", usage)
                    .endMetadata();
        }
        api.put(ResourceTypes.PODS, pod.build());
    }
}
