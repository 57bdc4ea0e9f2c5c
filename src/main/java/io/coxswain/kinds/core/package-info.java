/**
 * The core group's kinds: {@link io.coxswain.kinds.core.PodKind}, Service, Namespace, Node, ConfigMap and the rest.
 *
 * <p>Pure functions on trees; never imports client, store or another group.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.core;
