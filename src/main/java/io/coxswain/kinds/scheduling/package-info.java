/**
 * The kinds of {@code scheduling.k8s.io}: {@link io.coxswain.kinds.scheduling.PriorityClassKind}.
 *
 * <p>Pure functions on trees; never imports client, store or another group.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.scheduling;
