package io.coxswain.client;

/**
 * This server among those of its cluster, as it stands in the leases that it holds: the host's name and a suffix that no
 * other process has.
 */
public record ServerIdentity(String value) {}
