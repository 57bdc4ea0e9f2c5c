/**
 * The store: keys, global revisions, bytes, compare-and-swap, watches from a revision, and the watch cache that serves
 * every read from memory. Design §5.
 *
 * <p>Knows nothing of kinds, users or HTTP. {@code store.jpa} is the only code that imports {@code jakarta.persistence}.
 * Entry: {@link io.coxswain.store.ObjectStore}; made by {@link io.coxswain.store.GroupCommitStore} over an
 * {@link io.coxswain.store.ObjectLog}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.store;
