/**
 * Tells clients what is served: {@code /api}, {@code /apis} and below, in the legacy and in the aggregated form, and
 * {@code /version}. Documents are made from the registry's catalog and kept until it changes.
 *
 * <p>Imports the registry and the request values; no kind by name. Entry:
 * {@link io.coxswain.apiserver.discovery.DiscoveryPaths}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.apiserver.discovery;
