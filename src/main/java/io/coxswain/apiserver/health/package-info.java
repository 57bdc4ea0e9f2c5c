/**
 * {@code /healthz}, {@code /livez} and {@code /readyz} as kube-apiserver has them. What is checked is a
 * {@link io.coxswain.apiserver.health.ServerCheck} each, found by CDI. Imports the request values alone.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.apiserver.health;
