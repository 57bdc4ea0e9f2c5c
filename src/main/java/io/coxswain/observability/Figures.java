package io.coxswain.observability;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.DoubleSupplier;

/** Figures that are read when somebody asks for the metrics, and cost nothing before. Stateless. */
public final class Figures {
    private Figures() {}

    /** A figure without labels that goes up and down. */
    public static void gauge(PrometheusRegistry registry, String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(point -> point.call(value.getAsDouble()))
                .register(registry);
    }

    /** A figure without labels that only grows. */
    public static void counter(PrometheusRegistry registry, String name, String help, DoubleSupplier value) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .callback(point -> point.call(value.getAsDouble()))
                .register(registry);
    }
}
