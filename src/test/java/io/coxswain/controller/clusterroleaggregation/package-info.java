/** Tests of the aggregation of ClusterRoles. */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.clusterroleaggregation;
