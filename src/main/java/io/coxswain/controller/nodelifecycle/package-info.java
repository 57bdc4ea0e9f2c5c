/**
 * Notices nodes that fell silent, and says so in their conditions, their taints and their pods. Entry:
 * {@link io.coxswain.controller.nodelifecycle.NodeLifecycleReconciler}. Imports {@code client}, {@code meta},
 * {@code controller.runtime} and settings records only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.nodelifecycle;
