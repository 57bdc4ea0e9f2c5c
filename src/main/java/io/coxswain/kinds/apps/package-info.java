/**
 * The kinds of {@code apps}: Deployment and ReplicaSet, with what they share: {@code WorkloadRules}.
 *
 * <p>Pure functions on trees; never imports client, store or another group.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.apps;
