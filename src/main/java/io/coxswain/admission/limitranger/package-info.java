/**
 * Applies LimitRanges to new pods and claims: {@link io.coxswain.admission.limitranger.LimitRanger}.
 *
 * <p>Reads through {@code client}; imports neither the store nor another plugin.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.admission.limitranger;
