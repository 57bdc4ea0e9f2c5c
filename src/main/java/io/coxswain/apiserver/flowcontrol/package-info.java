/**
 * Bounds on how many requests run at once. Imports {@code apiserver.request} alone; entry:
 * {@link io.coxswain.apiserver.flowcontrol.InFlightLimit}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.apiserver.flowcontrol;
