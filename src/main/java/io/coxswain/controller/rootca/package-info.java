/**
 * Puts the certificate of the cluster's authority into every namespace, where pods find it. Entry:
 * {@link io.coxswain.controller.rootca.RootCaReconciler}; {@link io.coxswain.controller.rootca.ClusterAuthorityCertificate} is
 * given by {@code bootstrap}. Imports {@code client}, {@code meta} and {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.rootca;
