/**
 * Who may do what: the authorizer chain and its values. Concrete authorizers (Node, RBAC) are CDI beans of
 * {@link io.coxswain.apiserver.authz.Authorizer}. Imports neither JAX-RS nor the store.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.apiserver.authz;
