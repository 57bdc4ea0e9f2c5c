/**
 * Gives Services their cluster addresses and node ports: an admission plugin over ServiceCIDR and IPAddress objects and
 * the ports that stored Services have. Reads through {@code client}; imports neither the store nor kinds. Entry:
 * {@link io.coxswain.network.allocator.ServiceAllocation}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.network.allocator;
