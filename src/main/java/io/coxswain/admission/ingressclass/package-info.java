/**
 * Gives ingresses the default class: {@link io.coxswain.admission.ingressclass.DefaultIngressClass}.
 *
 * <p>Reads through {@code client}; imports neither the store nor another plugin.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.admission.ingressclass;
