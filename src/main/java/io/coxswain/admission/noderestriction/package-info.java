/**
 * Holds kubelets to their own Node, Lease, CSINode and pods: {@link io.coxswain.admission.noderestriction.NodeRestriction}.
 *
 * <p>Reads through {@code client}; imports neither the store nor another plugin.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.admission.noderestriction;
