/**
 * Who may do what: roles, bindings, their holders, and questions to the authorizer. Entry: {@link io.coxswain.console.access.AccessPage}.
 * Knows the shell and the client only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.console.access;
