/** The RBAC roles and bindings every cluster starts with: read from {@code roles.txt} and reconciled at each start as upstream does. Entry: {@link io.coxswain.bootstrap.policy.PolicyReconciler}. */
@org.jspecify.annotations.NullMarked
package io.coxswain.bootstrap.policy;
