/**
 * Service addresses as nftables rules on every node: Services and EndpointSlices in, one rule set out, applied in one
 * transaction. Entry: {@link io.coxswain.network.proxy.ServiceProxy}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.network.proxy;
