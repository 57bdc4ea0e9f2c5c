/**
 * The kinds of {@code events.k8s.io}: {@link io.coxswain.kinds.events.EventKind}.
 *
 * <p>Pure functions on trees; never imports client, store or another group.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.events;
