/**
 * The agents themselves: finds the nodes this server drives, registers each, keeps its lease and status, writes its
 * network configuration, and feeds its pods to {@code podworker}.
 *
 * <p>Reaches the API through {@code client} over HTTPS with the node's certificate. Entry class:
 * {@link io.coxswain.node.agent.NodeAgents}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.node.agent;
