/**
 * What kinds that make pods from a template have in common, and what a ReplicaSet of {@code apps} and a ReplicationController
 * of the core group are together: one thing with two forms of selector.
 *
 * <p>Pure functions on trees; never imports client, store or a group. Entry: {@link io.coxswain.kinds.workload.WorkloadKind}
 * and {@link io.coxswain.kinds.workload.ReplicasKind}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.workload;
