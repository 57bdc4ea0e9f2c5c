/**
 * Says in every PodDisruptionBudget's status how many of its pods may be disrupted now; {@code pods/eviction} goes by it.
 * Entry: {@link io.coxswain.controller.disruption.DisruptionReconciler}. Imports {@code client}, {@code meta} and
 * {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.disruption;
