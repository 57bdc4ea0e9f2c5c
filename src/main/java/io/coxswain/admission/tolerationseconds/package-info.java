/**
 * Lets pods stay on a failing node for a while: {@link io.coxswain.admission.tolerationseconds.DefaultTolerationSeconds}.
 *
 * <p>Reads through {@code client}; imports neither the store nor another plugin.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.admission.tolerationseconds;
