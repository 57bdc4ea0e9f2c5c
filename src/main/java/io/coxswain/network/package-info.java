/**
 * Addresses and host rules derived from Services and EndpointSlices: allocation of service addresses and node ports
 * ({@code allocator}), nftables rule sets ({@code proxy}), cluster DNS ({@code dns}).
 *
 * <p>Reads through {@code client}; never imports the store, a controller or the inside of {@code node}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.network;
