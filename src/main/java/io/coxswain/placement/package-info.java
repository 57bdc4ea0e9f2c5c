/**
 * Which nodes a pod may be on by its own words: node selector, required node affinity, tolerations. The scheduler, the
 * DaemonSet loop and taint eviction must agree on them.
 *
 * <p>Pure functions on API objects; imports nothing else of Coxswain. Entry: {@link io.coxswain.placement.NodeSelectors},
 * {@link io.coxswain.placement.Tolerations}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.placement;
