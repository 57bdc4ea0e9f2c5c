/**
 * Brings the pods bound to one node to life and to their end: one worker a pod, never two at once for the same pod.
 *
 * <p>Level-based: a worker reads what the runtime holds, plans, acts and reports; nothing but back-off, probe results
 * and the reasons why a container waits lives in memory. Entry class: {@link io.coxswain.node.podworker.PodWorkers}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.node.podworker;
