/**
 * Streams of many channels on one connection: WebSocket messages (RFC 6455) on the client's side, SPDY/3.1 streams on the
 * node's side, and what stands between them for exec, attach and port-forward.
 *
 * <p>Knows bytes only: no servlets, no requests, no kinds. Blocking; each connection has one reader a side. Entry:
 * {@link io.coxswain.apiserver.streaming.WebSocketSession}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.apiserver.streaming;
