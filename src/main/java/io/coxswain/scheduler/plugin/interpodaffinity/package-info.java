/** Pods that want to be near or far from other pods. Pure logic over {@code scheduler.framework}; imports nothing else of Coxswain. */
@org.jspecify.annotations.NullMarked
package io.coxswain.scheduler.plugin.interpodaffinity;
