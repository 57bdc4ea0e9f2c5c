/**
 * Runs a Job's pods to completion and counts each of them exactly once, by a finalizer on every pod. Entry:
 * {@link io.coxswain.controller.job.JobReconciler}. Imports {@code client}, {@code meta} and {@code controller.runtime}
 * only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.job;
