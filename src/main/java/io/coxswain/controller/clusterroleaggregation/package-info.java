/**
 * Keeps aggregated ClusterRoles the sum of the roles they select: {@code ClusterRoleAggregationReconciler}.
 *
 * <p>Knows ClusterRoles as trees; imports neither the store nor another loop.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.clusterroleaggregation;
