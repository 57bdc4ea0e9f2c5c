/**
 * Makes volumes of the storage class {@code local-path}: directories of one node, and lets them go. The directory itself is the node
 * agent's work; the two meet in the objects only, see {@code docs/adr/0019-local-path-volumes.md}. Entry:
 * {@link io.coxswain.controller.localpath.LocalPathProvisioner}. Imports {@code client}, {@code meta} and
 * {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.localpath;
