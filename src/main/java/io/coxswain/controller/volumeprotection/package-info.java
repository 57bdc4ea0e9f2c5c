/**
 * Keeps claims that pods use and volumes that claims are bound to when they are deleted, by a finalizer each. Entries:
 * {@link io.coxswain.controller.volumeprotection.ClaimProtectionReconciler} and
 * {@link io.coxswain.controller.volumeprotection.VolumeProtectionReconciler}. The admission plugin StorageObjectInUseProtection gives
 * new objects their finalizers. Imports {@code client}, {@code meta} and {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.volumeprotection;
