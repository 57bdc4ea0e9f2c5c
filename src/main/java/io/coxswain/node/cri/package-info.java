/**
 * The Container Runtime Interface as the node agent sees it: one facade over containerd's unix socket.
 *
 * <p>Knows gRPC, Netty and containerd's event stream; nothing about Kubernetes objects. Nothing outside this package
 * touches {@code io.grpc}. Entry class: {@link io.coxswain.node.cri.ContainerRuntime}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.node.cri;
