/**
 * Keeps as many pods of a ReplicaSet as it asks for. Entry: {@link io.coxswain.controller.replicaset.ReplicaSetReconciler}.
 * Imports {@code client}, {@code meta} and {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.replicaset;
