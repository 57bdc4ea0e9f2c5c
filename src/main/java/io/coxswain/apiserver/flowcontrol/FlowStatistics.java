package io.coxswain.apiserver.flowcontrol;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.ToIntFunction;

/** What flow control counts, under upstream's names. Thread-safe. */
public final class FlowStatistics {
    private static final double[] SECONDS = {0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30};

    private final Counter dispatched = Counter.builder()
            .name("apiserver_flowcontrol_dispatched_requests_total")
            .help("Requests that were let run.")
            .labelNames("flow_schema", "priority_level")
            .withoutExemplars()
            .build();
    private final Counter rejected = Counter.builder()
            .name("apiserver_flowcontrol_rejected_requests_total")
            .help("Requests that were turned away.")
            .labelNames("flow_schema", "priority_level", "reason")
            .withoutExemplars()
            .build();
    private final Histogram waited = Histogram.builder()
            .name("apiserver_flowcontrol_request_wait_duration_seconds")
            .help("How long requests waited for a seat.")
            .labelNames("flow_schema", "priority_level", "execute")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .withoutExemplars()
            .build();

    void dispatched(Ticket ticket) {
        String schema = ticket.schema().name();
        String level = ticket.level().name();
        dispatched.labelValues(schema, level).inc(1L);
        waited.labelValues(schema, level, "true").observe(seconds(ticket));
    }

    void rejected(Ticket ticket, String reason) {
        String schema = ticket.schema().name();
        String level = ticket.level().name();
        rejected.labelValues(schema, level, reason).inc(1L);
        waited.labelValues(schema, level, "false").observe(seconds(ticket));
    }

    private static double seconds(Ticket ticket) {
        return (System.nanoTime() - ticket.arrived) / 1e9;
    }

    /** Registers the counts, and how a controller's levels fare. */
    public void register(PrometheusRegistry registry, FlowController controller) {
        registry.register(dispatched);
        registry.register(rejected);
        registry.register(waited);
        gauge(registry, controller, "nominal_limit_seats", "Seats of the level.", FlowController.LevelUse::seats);
        gauge(
                registry,
                controller,
                "current_executing_requests",
                "Requests that run.",
                FlowController.LevelUse::executing);
        gauge(
                registry,
                controller,
                "current_inqueue_requests",
                "Requests that wait.",
                FlowController.LevelUse::waiting);
    }

    private static void gauge(
            PrometheusRegistry registry,
            FlowController controller,
            String name,
            String help,
            ToIntFunction<FlowController.LevelUse> value) {
        GaugeWithCallback.builder()
                .name("apiserver_flowcontrol_" + name)
                .help(help)
                .labelNames("priority_level")
                .callback(point -> controller.use().forEach(use -> point.call(value.applyAsInt(use), use.name())))
                .register(registry);
    }
}
