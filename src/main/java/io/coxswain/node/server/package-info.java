/**
 * What the API server asks a node for: container logs, streaming addresses for exec, attach and port-forward, and
 * resource use. Free of any transport.
 *
 * <p>Knows log files and the runtime; nothing of HTTP. Entry class: {@link io.coxswain.node.server.PodStreams}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.node.server;
