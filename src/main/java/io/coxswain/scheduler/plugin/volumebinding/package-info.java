/** Where a pod's claims are, can be bound, or can be provisioned for. Pure logic over {@code scheduler.framework}; imports nothing else of Coxswain. */
@org.jspecify.annotations.NullMarked
package io.coxswain.scheduler.plugin.volumebinding;
