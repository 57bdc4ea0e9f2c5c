/**
 * Gives each node a part of the pods' addresses. Entry: {@link io.coxswain.controller.nodeipam.NodeIpamReconciler}. Imports
 * {@code client}, {@code meta}, {@code controller.runtime} and settings records only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.nodeipam;
