/** Keeps pods off cordoned nodes. Pure logic over {@code scheduler.framework} and {@code placement}; imports nothing else of Coxswain. */
@org.jspecify.annotations.NullMarked
package io.coxswain.scheduler.plugin.nodeunschedulable;
