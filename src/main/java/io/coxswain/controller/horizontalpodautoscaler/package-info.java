/**
 * Sets how many pods a workload has by what they are measured to do. Entry:
 * {@link io.coxswain.controller.horizontalpodautoscaler.HorizontalPodAutoscalerReconciler}. What is measured comes from a
 * {@link io.coxswain.controller.horizontalpodautoscaler.MetricsSource}; the arithmetic ({@code ReplicaCalculator},
 * {@code ScalingHistory}) is free of I/O. Imports {@code client}, {@code meta} and {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.horizontalpodautoscaler;
