/**
 * Cluster DNS (specification 1.1.0 of kubernetes/dns) answered from the informers' caches with dnsjava: services, headless
 * services, SRV, PTR and pod records; other names are forwarded. Entry: {@link io.coxswain.network.dns.DnsServer}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.network.dns;
