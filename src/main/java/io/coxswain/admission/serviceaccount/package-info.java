/**
 * Gives pods their service account and its token: {@link io.coxswain.admission.serviceaccount.ServiceAccountAdmission}.
 *
 * <p>Reads through {@code client}; imports neither the store nor another plugin.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.admission.serviceaccount;
