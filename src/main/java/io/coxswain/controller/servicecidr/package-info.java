/**
 * The loops behind ServiceCIDR and IPAddress: the range that a cluster starts with
 * ({@link io.coxswain.controller.servicecidr.DefaultServiceCidr}), deletion of ranges only when nothing needs them
 * ({@link io.coxswain.controller.servicecidr.ServiceCidrReconciler}), and repair where Services and IPAddresses differ
 * ({@link io.coxswain.controller.servicecidr.ServiceAddressReconciler}). Giving out addresses is
 * {@code network.allocator}'s. Imports {@code client}, {@code meta}, {@code kinds.rules}, {@code network.allocator} and
 * {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.servicecidr;
