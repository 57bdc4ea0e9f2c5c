/**
 * Nodes, what is asked of them, and whether they take new pods. Entry: {@link io.coxswain.console.nodes.NodesPage}. Knows
 * the shell and the client only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.console.nodes;
