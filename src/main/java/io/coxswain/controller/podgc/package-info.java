/**
 * Removes pods that no node will ever report on again. Entry:
 * {@link io.coxswain.controller.podgc.PodGarbageReconciler}. Imports {@code client}, {@code meta} and
 * {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.podgc;
