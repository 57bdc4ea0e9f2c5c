/**
 * The kinds of {@code discovery.k8s.io}: {@link io.coxswain.kinds.discovery.EndpointSliceKind}.
 *
 * <p>Pure functions on trees; never imports client, store or another group.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.discovery;
