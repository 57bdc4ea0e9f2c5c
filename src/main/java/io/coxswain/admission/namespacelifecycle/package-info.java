/**
 * Keeps objects out of namespaces that are missing or going away: {@link io.coxswain.admission.namespacelifecycle.NamespaceLifecycle}.
 *
 * <p>Reads through {@code client}; imports neither the store nor another plugin.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.admission.namespacelifecycle;
