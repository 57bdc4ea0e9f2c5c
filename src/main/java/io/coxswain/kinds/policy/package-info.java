/**
 * The kind of {@code policy}: PodDisruptionBudget. Eviction, which reads budgets, is an action of its own elsewhere.
 *
 * <p>Pure functions on trees; never imports client, store or another group.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.policy;
