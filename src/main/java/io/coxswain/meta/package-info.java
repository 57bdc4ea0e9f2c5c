/**
 * The Kubernetes object model: immutable JSON trees, group/version/kind, object metadata, {@code Status},
 * {@link io.coxswain.meta.ApiException} and field paths, with the pure functions over them.
 *
 * <p>Imports nothing else of Coxswain.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.meta;
