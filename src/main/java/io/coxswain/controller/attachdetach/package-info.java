/**
 * Has volumes of CSI drivers attached to the nodes whose pods need them, and detached when no pod needs them any more, by VolumeAttachment
 * objects that the drivers' attachers fill in. Entry: {@link io.coxswain.controller.attachdetach.AttachDetachReconciler}. What it knows is in
 * the objects; in memory it holds only what its caches do not show yet, what pods have been told, and since when a volume is not wanted.
 * Imports {@code client}, {@code meta}, {@code placement} and {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.attachdetach;
