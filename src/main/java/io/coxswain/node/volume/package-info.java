/**
 * Volumes of the pods on one node, as directories that containers mount.
 *
 * <p>Knows pod specs, files and {@link io.coxswain.node.NodeApi}; nothing about the runtime. Entry class:
 * {@link io.coxswain.node.volume.PodVolumes}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.node.volume;
