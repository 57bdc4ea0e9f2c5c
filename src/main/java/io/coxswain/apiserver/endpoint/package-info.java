/**
 * HTTP, and nothing but HTTP: who calls ({@link io.coxswain.apiserver.endpoint.ApiFilter}), documents over JAX-RS
 * ({@link io.coxswain.apiserver.endpoint.ApiResource}), requests for objects, streams without a thread each
 * ({@link io.coxswain.apiserver.endpoint.StreamPump}) and tunnels to nodes
 * ({@link io.coxswain.apiserver.endpoint.Tunnel}).
 *
 * <p>Turns HTTP into {@code ApiRequest}s and {@code ApiResponse}s into HTTP. Imports no kind and no store.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.apiserver.endpoint;
