/**
 * The subresources of pods that end on a node: log, exec, attach, port-forward. What upstream's API server decides is
 * decided here (which container, whether the pod has a node at all); the way to the node is
 * {@link io.coxswain.apiserver.node.KubeletConnections}, which {@code bootstrap} provides.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.apiserver.node;
