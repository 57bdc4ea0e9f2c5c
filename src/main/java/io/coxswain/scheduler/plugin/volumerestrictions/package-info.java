/** Volumes that one pod at a time may use. Pure logic over {@code scheduler.framework}; imports nothing else of Coxswain. */
@org.jspecify.annotations.NullMarked
package io.coxswain.scheduler.plugin.volumerestrictions;
