/**
 * Chooses a node for every pod that has none: a queue, a cache of what runs where, one cycle of filters and scores, a
 * binding, or preemption. Knows plugins by {@link io.coxswain.scheduler.Profile}, and VolumeBinding, whose choices it carries
 * out. Imports {@code client} and {@code meta}; never the store, a controller or the node. Entry:
 * {@link io.coxswain.scheduler.Scheduler}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.scheduler;
