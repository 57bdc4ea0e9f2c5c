/**
 * Namespaces that the user may see, their quotas, limits and contents. Entry: {@link io.coxswain.console.namespaces.NamespacesPage}.
 * Knows the shell and the client only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.console.namespaces;
