/**
 * Makes the claims that pods ask for as {@code ephemeral} volumes; the garbage collector removes them with their pods. Entry:
 * {@link io.coxswain.controller.ephemeralvolume.EphemeralVolumeReconciler}. Imports {@code client}, {@code meta} and
 * {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.ephemeralvolume;
