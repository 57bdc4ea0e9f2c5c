/**
 * Gives a StatefulSet's pods their ordinals, names and volume claims, one after the other or all at once. Entry:
 * {@link io.coxswain.controller.statefulset.StatefulSetReconciler}. Imports {@code client}, {@code meta} and
 * {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.statefulset;
