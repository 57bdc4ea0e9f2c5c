package io.coxswain.bootstrap.metrics;

import io.coxswain.client.Workqueue;
import io.coxswain.client.WorkqueueObserver;
import io.coxswain.observability.MetricSource;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/** The figures of work queues, under client-go's names; {@code name} is the controller. Thread-safe. */
@ApplicationScoped
public class WorkqueueMetrics implements MetricSource, WorkqueueObserver.Maker {
    private static final double[] SECONDS = {1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10};

    private final Map<String, Workqueue<?>> queues = new ConcurrentHashMap<>();
    private final Histogram waits = histogram("workqueue_queue_duration_seconds", "How long keys waited for a worker.");
    private final Histogram works = histogram("workqueue_work_duration_seconds", "How long workers held keys.");

    @Override
    public WorkqueueObserver observe(String name, Workqueue<?> queue) {
        queues.put(name, queue);
        DistributionDataPoint waited = waits.labelValues(name);
        DistributionDataPoint worked = works.labelValues(name);
        return new WorkqueueObserver() {
            @Override
            public void taken(Duration time) {
                waited.observe(seconds(time));
            }

            @Override
            public void done(Duration time) {
                worked.observe(seconds(time));
            }
        };
    }

    @Override
    public void register(PrometheusRegistry registry) {
        registry.register(waits);
        registry.register(works);
        gauge(registry, "workqueue_depth", "Keys that wait.", Workqueue::depth);
        gauge(
                registry,
                "workqueue_unfinished_work_seconds",
                "How long workers have held the keys that they hold now, added up.",
                queue -> seconds(queue.unfinishedWork()));
        gauge(
                registry,
                "workqueue_longest_running_processor_seconds",
                "The longest of them.",
                queue -> seconds(queue.longestWork()));
        counter(registry, "workqueue_adds_total", "Keys added.", Workqueue::adds);
        counter(registry, "workqueue_retries_total", "Keys added again after a failure.", Workqueue::retries);
    }

    private void gauge(PrometheusRegistry registry, String name, String help, ToDoubleFunction<Workqueue<?>> value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("name")
                .callback(point -> queues.forEach((queue, it) -> point.call(value.applyAsDouble(it), queue)))
                .register(registry);
    }

    private void counter(PrometheusRegistry registry, String name, String help, ToDoubleFunction<Workqueue<?>> value) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames("name")
                .callback(point -> queues.forEach((queue, it) -> point.call(value.applyAsDouble(it), queue)))
                .register(registry);
    }

    private static Histogram histogram(String name, String help) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames("name")
                .classicOnly()
                .classicUpperBounds(SECONDS)
                .withoutExemplars()
                .build();
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
