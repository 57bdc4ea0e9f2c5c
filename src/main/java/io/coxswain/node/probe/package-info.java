/**
 * Probes of containers and the HTTP and exec actions that life-cycle hooks share with them.
 *
 * <p>Knows probe specs, addresses and the runtime's exec; nothing about what follows from a result. Entry class:
 * {@link io.coxswain.node.probe.ContainerProbes}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.node.probe;
