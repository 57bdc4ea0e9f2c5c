/**
 * What persistent volume claims are given and held to by their storage class: {@code DefaultStorageClass}, {@code PersistentVolumeClaimResize}.
 *
 * <p>Reads through {@code client}; imports neither the store nor another plugin.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.admission.storage;
