/** Requests against what nodes have left; least allocated and balanced use. Pure logic over {@code scheduler.framework}; imports nothing else of Coxswain. */
@org.jspecify.annotations.NullMarked
package io.coxswain.scheduler.plugin.noderesources;
