/**
 * Makes Jobs by the clock. Entry: {@link io.coxswain.controller.cronjob.CronJobReconciler}. Imports {@code client},
 * {@code meta} and {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.cronjob;
