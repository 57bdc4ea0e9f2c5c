/** The scheduler's plugins, one package each: pure functions over {@code scheduler.framework}, no I/O, no {@code client}. */
@org.jspecify.annotations.NullMarked
package io.coxswain.scheduler.plugin;
