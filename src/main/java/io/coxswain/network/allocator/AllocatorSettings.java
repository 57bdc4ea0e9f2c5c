package io.coxswain.network.allocator;

/** The node ports that Services may have; the bounds are inclusive. Addresses come from ServiceCIDR objects. */
public record AllocatorSettings(int firstNodePort, int lastNodePort) {}
