/**
 * What every control loop shares: {@link io.coxswain.controller.runtime.Reconciler}, its workqueue, and the one EJB whose
 * timers run workers (design §6). The only user of EJB timers for loops.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.runtime;
