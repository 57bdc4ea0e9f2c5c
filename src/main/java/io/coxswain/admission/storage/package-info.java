/**
 * What volumes and claims are given and held to: {@code DefaultStorageClass}, {@code PersistentVolumeClaimResize}, {@code StorageObjectInUseProtection}.
 *
 * <p>Reads through {@code client}; imports neither the store nor another plugin.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.admission.storage;
