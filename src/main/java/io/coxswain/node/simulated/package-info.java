/**
 * Simulated nodes: Nodes that carry the label {@code simulated.coxswain.io/node}. This server plays their kubelets: Leases, node
 * status, and pods that go through their lives by rules, which annotations script ({@code docs/simulated-nodes.md}). Nothing runs.
 *
 * <p>Knows pods and nodes through {@code client} and shares the pure parts of the node agent ({@code PodPlanner},
 * {@code PodStatuses}); never imports the store, the API server's registry or controllers. Entry class:
 * {@link io.coxswain.node.simulated.SimulatedNodes}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.node.simulated;
