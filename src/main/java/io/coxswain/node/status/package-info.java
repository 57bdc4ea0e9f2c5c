/**
 * Computes what the agent reports: pod status from the runtime's state, and the patches that carry it.
 *
 * <p>Pure functions; no I/O. Entry class: {@link io.coxswain.node.status.PodStatuses}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.node.status;
