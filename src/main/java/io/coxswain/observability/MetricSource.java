package io.coxswain.observability;

import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Registers figures under upstream's names. One CDI bean for each part; asked once, when the server starts to answer. */
public interface MetricSource {
    void register(PrometheusRegistry registry);
}
