package io.coxswain.bootstrap.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.FakeApi;
import io.coxswain.client.ManualTimers;
import io.coxswain.client.ResourceTypes;
import io.coxswain.scheduler.Cluster;
import io.coxswain.scheduler.Scheduler;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchedulerMetricsTest {
    private final ManualTimers timers = new ManualTimers();
    private final FakeApi api = new FakeApi(timers.clock());
    private final Scheduler scheduler = Cluster.scheduler(api, timers);
    private final PrometheusRegistry registry = new PrometheusRegistry();

    private List<String> lines() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(text, registry.scrape(), EscapingScheme.ALLOW_UTF8);
        return text.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private void create(String name, int priority, String cpu) {
        api.put(
                ResourceTypes.PODS,
                Cluster.pod(name, cpu, "1Mi")
                        .editSpec()
                        .withPriority(priority)
                        .endSpec()
                        .build());
        timers.advance(Duration.ofMillis(10));
    }

    @Test
    void tellsTriesWaitingPodsAndPreemptions() throws IOException {
        new SchedulerMetrics(() -> scheduler).register(registry);
        api.put(ResourceTypes.NODES, Cluster.node("a").build());
        scheduler.start();
        timers.advance(Duration.ofMillis(100));
        create("low", 0, "3");
        create("never", -1, "100");
        create("high", 10, "3");
        api.put(
                ResourceTypes.PODS,
                Cluster.pod("gated")
                        .editSpec()
                        .addNewSchedulingGate("wait")
                        .endSpec()
                        .build());
        timers.advance(Duration.ofMillis(10));
        assertThat(lines())
                .contains(
                        "scheduler_schedule_attempts_total{profile=\"default-scheduler\",result=\"scheduled\"} 1.0",
                        "scheduler_schedule_attempts_total{profile=\"default-scheduler\",result=\"unschedulable\"} 2.0",
                        "scheduler_scheduling_attempt_duration_seconds_count{profile=\"default-scheduler\",result=\"scheduled\"} 1",
                        "scheduler_pending_pods{queue=\"active\"} 0.0",
                        "scheduler_pending_pods{queue=\"backoff\"} 0.0",
                        "scheduler_pending_pods{queue=\"unschedulable\"} 2.0",
                        "scheduler_pending_pods{queue=\"gated\"} 1.0",
                        "scheduler_preemption_attempts_total 2.0",
                        "scheduler_preemption_victims_count 1",
                        "scheduler_preemption_victims_sum 1.0",
                        "scheduler_pod_scheduling_sli_duration_seconds_count{attempts=\"1\"} 1",
                        "scheduler_pod_scheduling_attempts_sum 1.0",
                        "scheduler_queue_incoming_pods_total{event=\"PodAdd\",queue=\"active\"} 3.0",
                        "scheduler_queue_incoming_pods_total{event=\"ScheduleAttemptFailure\",queue=\"unschedulable\"} 2.0");
        api.remove(ResourceTypes.PODS, "ns", "low");
        timers.advance(Duration.ofSeconds(3));
        assertThat(lines())
                .contains(
                        "scheduler_pod_scheduling_sli_duration_seconds_count{attempts=\"2\"} 1",
                        "scheduler_queue_incoming_pods_total{event=\"AssignedPodDelete\",queue=\"backoff\"} 2.0",
                        "scheduler_queue_incoming_pods_total{event=\"BackoffComplete\",queue=\"active\"} 2.0");
    }
}
