/**
 * What the API server counts of its requests, and the path {@code /metrics}. Names, labels and buckets are upstream's; label
 * values are bounded: only resources that are served have labels of their own. Imports {@code apiserver.request},
 * {@code apiserver.registry} and {@code observability}; entries: {@link io.coxswain.apiserver.metrics.RequestMetrics},
 * {@link io.coxswain.apiserver.metrics.MetricsPath}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.apiserver.metrics;
