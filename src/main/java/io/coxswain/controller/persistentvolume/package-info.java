/**
 * Brings claims and persistent volumes together and decides what becomes of volumes that nobody claims any more. Entry:
 * {@link io.coxswain.controller.persistentvolume.PersistentVolumeBinder}; {@code VolumeMatch} has the choice as pure functions.
 * Makes no volumes: provisioners are told by an annotation. Imports {@code client}, {@code kinds}, {@code meta} and {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.persistentvolume;
