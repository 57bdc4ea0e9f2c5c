/**
 * The kinds of {@code coordination.k8s.io}: {@link io.coxswain.kinds.coordination.LeaseKind}.
 *
 * <p>Pure functions on trees; never imports client, store or another group.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.coordination;
