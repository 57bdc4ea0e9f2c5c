/**
 * Resolves priority classes: {@link io.coxswain.admission.priority.PriorityAdmission}.
 *
 * <p>Reads through {@code client}; imports neither the store nor another plugin.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.admission.priority;
