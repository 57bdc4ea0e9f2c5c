/**
 * Tells of claims that ask for more than they have that somebody else has to grow their volumes. Entry:
 * {@link io.coxswain.controller.volumeexpand.VolumeExpandReconciler}. Imports {@code client}, {@code meta} and
 * {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.volumeexpand;
