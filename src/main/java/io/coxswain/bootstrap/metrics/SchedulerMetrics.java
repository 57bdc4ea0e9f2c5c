package io.coxswain.bootstrap.metrics;

import io.coxswain.observability.MetricSource;
import io.coxswain.scheduler.Scheduler;
import io.coxswain.scheduler.SchedulerObserver;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.time.Duration;
import java.util.stream.DoubleStream;

/** The scheduler's figures. Thread-safe. */
@ApplicationScoped
public class SchedulerMetrics implements MetricSource, SchedulerObserver {
    /** Upstream keeps tries beyond this apart no longer. */
    private static final int MAX_ATTEMPTS_LABEL = 15;

    private Provider<Scheduler> scheduler;

    private final Counter attempts = Counter.builder()
            .name("scheduler_schedule_attempts_total")
            .help("Tries to place a pod.")
            .labelNames("result", "profile")
            .build();
    private final Histogram durations = histogram(
            "scheduler_scheduling_attempt_duration_seconds",
            "How long tries took: the cycle, and the binding of those that had a node.",
            powers(0.001, 15),
            "result",
            "profile");
    private final Histogram sli = histogram(
            "scheduler_pod_scheduling_sli_duration_seconds",
            "Time from when a pod first could be tried until it was bound, by the number of tries.",
            powers(0.01, 20),
            "attempts");
    private final Histogram tries =
            histogram("scheduler_pod_scheduling_attempts", "How many tries bound pods took.", powers(1, 5));
    private final Counter preemptions = Counter.builder()
            .name("scheduler_preemption_attempts_total")
            .help("Tries to make room by preemption, successful or not.")
            .build();
    private final Histogram victims =
            histogram("scheduler_preemption_victims", "How many pods had to go at a time.", powers(1, 7));
    private final Counter incoming = Counter.builder()
            .name("scheduler_queue_incoming_pods_total")
            .help("Pods that came to a part of the queue, and why.")
            .labelNames("queue", "event")
            .build();

    @SuppressWarnings("NullAway.Init")
    protected SchedulerMetrics() {}

    @Inject
    public SchedulerMetrics(Provider<Scheduler> scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public void register(PrometheusRegistry registry) {
        registry.register(attempts);
        registry.register(durations);
        registry.register(sli);
        registry.register(tries);
        registry.register(preemptions);
        registry.register(victims);
        registry.register(incoming);
        GaugeWithCallback.builder()
                .name("scheduler_pending_pods")
                .help("Pods without a node, by the part of the queue they are in.")
                .labelNames("queue")
                .callback(point -> {
                    Scheduler.Health health = scheduler.get().health();
                    point.call(health.waiting() - health.unschedulable() - health.backingOff(), "active");
                    point.call(health.backingOff(), "backoff");
                    point.call(health.unschedulable(), "unschedulable");
                    point.call(health.gated(), "gated");
                })
                .register(registry);
        scheduler.get().observe(this);
    }

    @Override
    public void attempted(String profile, String result, Duration took) {
        attempts.labelValues(result, profile).inc();
        durations.labelValues(result, profile).observe(seconds(took));
    }

    @Override
    public void bound(int attempt, Duration sinceFirst) {
        String label = attempt > MAX_ATTEMPTS_LABEL ? MAX_ATTEMPTS_LABEL + "+" : Integer.toString(attempt);
        sli.labelValues(label).observe(seconds(sinceFirst));
        tries.observe(attempt);
    }

    @Override
    public void preemptionTried() {
        preemptions.inc();
    }

    @Override
    public void preempting(int count) {
        victims.observe(count);
    }

    @Override
    public void queued(String queue, String event) {
        incoming.labelValues(queue, event).inc();
    }

    private static Histogram histogram(String name, String help, double[] bounds, String... labels) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .classicOnly()
                .classicUpperBounds(bounds)
                .withoutExemplars()
                .build();
    }

    /** Each twice the one before. */
    private static double[] powers(double first, int count) {
        return DoubleStream.iterate(first, bound -> bound * 2).limit(count).toArray();
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
