/**
 * The patch formats of the API: JSON Patch, JSON Merge Patch, Strategic Merge Patch on the schema, and the three-way
 * patch that a client makes. Pure functions on immutable trees; imports {@code io.coxswain.meta} alone. Server-side
 * apply will be {@code meta.patch.apply}.
 *
 * <p>Entries: {@link io.coxswain.meta.patch.PatchRequest} for the server,
 * {@link io.coxswain.meta.patch.ThreeWayPatch} for clients.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.meta.patch;
