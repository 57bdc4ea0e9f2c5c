/**
 * How the control loops fare. Entry: {@link io.coxswain.console.loops.LoopsPage}. What this server's loops do comes from
 * {@link io.coxswain.console.loops.Loops}, which {@code bootstrap} gives; who holds the leases comes from the API. Knows the shell
 * and the client only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.console.loops;
