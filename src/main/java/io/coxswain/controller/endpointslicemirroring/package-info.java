/**
 * Copies Endpoints that people write for Services without a selector into EndpointSlices, which everybody reads. Entry:
 * {@link io.coxswain.controller.endpointslicemirroring.EndpointSliceMirroringReconciler}. Imports {@code client}, {@code meta} and
 * {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.endpointslicemirroring;
