package io.coxswain.network.allocator;

import io.coxswain.network.Ipv4Range;

/** The ranges Services get their addresses and ports from; the port bounds are inclusive. */
public record AllocatorSettings(Ipv4Range serviceCidr, int firstNodePort, int lastNodePort) {}
