/**
 * Deployments with their revisions and pods: scale, restart, pause, roll back. Entry: {@link io.coxswain.console.workloads.WorkloadsPage}.
 * Knows the shell and the client only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.console.workloads;
