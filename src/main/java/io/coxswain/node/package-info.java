/**
 * The node agent: what a kubelet does, for each node whose container runtime this server drives.
 *
 * <p>Knows one host's pods through CRI and the API through {@code client}; never imports the store, the API server or
 * controllers. Entry class: {@code agent.NodeAgents}; {@link io.coxswain.node.NodeApi} is all it asks of the API.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.node;
