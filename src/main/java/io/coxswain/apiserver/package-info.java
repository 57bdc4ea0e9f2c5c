/**
 * The API server without its transport. {@link io.coxswain.apiserver.ApiService} takes a request of an authenticated user
 * and runs authorization, admission and the registry; JAX-RS ({@code apiserver.endpoint}) and {@code client} are two skins
 * over it, so that the same rules hold for kubectl and for our own controllers. Design §3.
 *
 * <p>Knows no kind by name, no concrete plugin, no JAX-RS.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.apiserver;
