/** How many volumes of a CSI driver a node can hold. Pure logic over {@code scheduler.framework}; imports nothing else of Coxswain. */
@org.jspecify.annotations.NullMarked
package io.coxswain.scheduler.plugin.nodevolumelimits;
