/**
 * Metrics, for every part of the server: a part that has figures is a {@link io.coxswain.observability.MetricSource} bean, or has
 * one made for it by bootstrap. Knows the Prometheus client library and nothing of ours.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.observability;
