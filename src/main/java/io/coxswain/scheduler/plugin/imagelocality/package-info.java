/** Nodes that have the pod's images already. Pure logic over {@code scheduler.framework}; imports nothing else of Coxswain. */
@org.jspecify.annotations.NullMarked
package io.coxswain.scheduler.plugin.imagelocality;
