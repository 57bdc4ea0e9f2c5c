/**
 * The kinds of {@code rbac.authorization.k8s.io}: roles and bindings, in a namespace and for the cluster. What they allow
 * is worked out elsewhere, by the authorizer.
 *
 * <p>Pure functions on trees; never imports client, store or another group.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.rbac;
