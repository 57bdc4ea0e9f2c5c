/**
 * Gives pods what their runtime class needs: {@link io.coxswain.admission.runtimeclass.RuntimeClassAdmission}.
 *
 * <p>Reads through {@code client}; imports neither the store nor another plugin.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.admission.runtimeclass;
