/** Taints repel pods that do not tolerate them. Pure logic over {@code scheduler.framework} and {@code placement}; imports nothing else of Coxswain. */
@org.jspecify.annotations.NullMarked
package io.coxswain.scheduler.plugin.tainttoleration;
