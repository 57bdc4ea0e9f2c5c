/**
 * Keeps one pod of a DaemonSet on every node that fits. Entry:
 * {@link io.coxswain.controller.daemonset.DaemonSetReconciler}. Imports {@code client}, {@code meta} and
 * {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.daemonset;
