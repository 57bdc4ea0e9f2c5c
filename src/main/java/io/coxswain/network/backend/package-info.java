/**
 * Where requests through the API server's {@code /proxy} go: {@link io.coxswain.network.backend.PodBackend},
 * {@link io.coxswain.network.backend.ServiceBackend}, {@link io.coxswain.network.backend.NodeBackend}. Carrying them is
 * {@code apiserver.endpoint}'s. Reads through {@code client}; imports neither the store nor kinds.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.network.backend;
