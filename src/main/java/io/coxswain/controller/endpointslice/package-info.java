/**
 * Writes the EndpointSlices of services with a selector. Entry: {@link io.coxswain.controller.endpointslice.EndpointSliceReconciler}.
 * Imports {@code client}, {@code meta} and {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.endpointslice;
