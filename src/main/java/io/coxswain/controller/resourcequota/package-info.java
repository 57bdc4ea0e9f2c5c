/**
 * Counts what quotas limit. Admission charges each creation at once; this loop counts anew when something goes, when a quota
 * changes, and every few minutes. Entry: {@link io.coxswain.controller.resourcequota.ResourceQuotaReconciler}. Imports
 * {@code client}, {@code meta} and {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.resourcequota;
