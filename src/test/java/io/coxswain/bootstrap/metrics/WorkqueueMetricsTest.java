package io.coxswain.bootstrap.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ManualTimers;
import io.coxswain.client.Workqueue;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkqueueMetricsTest {
    private final ManualTimers timers = new ManualTimers();
    private final Workqueue<String> queue = new Workqueue<>(timers);
    private final WorkqueueMetrics metrics = new WorkqueueMetrics();
    private final PrometheusRegistry registry = new PrometheusRegistry();

    WorkqueueMetricsTest() {
        metrics.register(registry);
        queue.observe(metrics.observe("deployment", queue));
    }

    private List<String> lines() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(text, registry.scrape(), EscapingScheme.ALLOW_UTF8);
        return text.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void tellsHowLongKeysWaitAndAreWorkedOn() throws IOException {
        queue.add("a");
        queue.add("b");
        timers.advance(Duration.ofSeconds(2));
        String key = queue.poll();
        timers.advance(Duration.ofSeconds(3));
        assertThat(lines())
                .contains(
                        "workqueue_depth{name=\"deployment\"} 1.0",
                        "workqueue_adds_total{name=\"deployment\"} 2.0",
                        "workqueue_unfinished_work_seconds{name=\"deployment\"} 3.0",
                        "workqueue_longest_running_processor_seconds{name=\"deployment\"} 3.0",
                        "workqueue_queue_duration_seconds_sum{name=\"deployment\"} 2.0");
        queue.addRateLimited("a");
        queue.done(String.valueOf(key));
        assertThat(lines())
                .contains(
                        "workqueue_work_duration_seconds_sum{name=\"deployment\"} 3.0",
                        "workqueue_work_duration_seconds_count{name=\"deployment\"} 1",
                        "workqueue_retries_total{name=\"deployment\"} 1.0",
                        "workqueue_unfinished_work_seconds{name=\"deployment\"} 0.0");
    }
}
