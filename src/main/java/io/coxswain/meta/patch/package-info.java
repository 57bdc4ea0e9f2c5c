/**
 * The patch formats of the API: JSON Patch, JSON Merge Patch, Strategic Merge Patch on the schema, and the three-way
 * patch that a client makes. Pure functions on immutable trees. Server-side apply will be {@code meta.patch.apply}.
 *
 * <p>Entries: {@link io.coxswain.meta.patch.JsonPatch}, {@link io.coxswain.meta.patch.MergePatch},
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.meta.patch;
