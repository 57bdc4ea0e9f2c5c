/**
 * The kinds of {@code storage.k8s.io}: classes of volumes, and what CSI drivers, nodes and volumes say of one another.
 *
 * <p>Pure functions on trees; never imports client, store or another group.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.storage;
