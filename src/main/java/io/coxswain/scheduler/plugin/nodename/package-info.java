/** Honours a node name that the pod asks for. Pure logic over {@code scheduler.framework}; imports nothing else of Coxswain. */
@org.jspecify.annotations.NullMarked
package io.coxswain.scheduler.plugin.nodename;
