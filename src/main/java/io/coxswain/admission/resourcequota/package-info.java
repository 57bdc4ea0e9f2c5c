/**
 * Holds namespaces to their quotas, exactly: {@link io.coxswain.admission.resourcequota.ResourceQuotaAdmission}.
 *
 * <p>Reads through {@code client}; imports neither the store nor another plugin.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.admission.resourcequota;
