/**
 * The kinds of {@code networking.k8s.io}: Ingress, IngressClass, NetworkPolicy, IPAddress, ServiceCIDR.
 *
 * <p>Pure functions on trees; never imports client, store or another group.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.networking;
