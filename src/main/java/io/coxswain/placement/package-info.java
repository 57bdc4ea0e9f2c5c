/**
 * Which nodes a pod may be on by its own words: node selector, required node affinity, tolerations; the ports it takes
 * there; and what its claims and their volumes say. The scheduler, the node agents and the loops of DaemonSets, taint eviction and
 * storage must agree on them.
 *
 * <p>Pure functions on API objects; imports nothing else of Coxswain. Entry: {@link io.coxswain.placement.NodeSelectors}, {@link io.coxswain.placement.HostPort},
 * {@link io.coxswain.placement.Tolerations}, {@link io.coxswain.placement.Volumes}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.placement;
