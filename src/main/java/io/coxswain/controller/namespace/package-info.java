/**
 * Empties namespaces that are being deleted, pods first, and lets them go. Entry:
 * {@link io.coxswain.controller.namespace.NamespaceReconciler}. Imports {@code client}, {@code meta} and
 * {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.namespace;
