/**
 * Brings a Deployment's pods to its template by making and scaling ReplicaSets. Entry:
 * {@link io.coxswain.controller.deployment.DeploymentReconciler}. Imports {@code client}, {@code meta} and
 * {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.deployment;
