/**
 * Deletes Jobs some time after they have finished, if they ask for it. Entry:
 * {@link io.coxswain.controller.ttlafterfinished.TtlAfterFinishedReconciler}. Imports {@code client}, {@code meta} and
 * {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.ttlafterfinished;
