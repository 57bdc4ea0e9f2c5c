/**
 * The Pod Security Standards: {@link io.coxswain.admission.podsecurity.PodSecurity} holds pods to the level that the labels of
 * their namespace name, {@code BaselineChecks} and {@code RestrictedChecks} are the levels.
 *
 * <p>Reads through {@code client}; imports neither the store nor another plugin.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.admission.podsecurity;
