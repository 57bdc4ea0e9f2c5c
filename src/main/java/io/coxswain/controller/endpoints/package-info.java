/**
 * Writes the Endpoints of services with a selector, for the clients that do not read EndpointSlices yet. Entry:
 * {@link io.coxswain.controller.endpoints.EndpointsReconciler}. Imports {@code client}, {@code meta} and
 * {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.endpoints;
