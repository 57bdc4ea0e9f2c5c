/** Kinds of {@code authorization.k8s.io}: questions about rights. Each asks the authorizer chain or the rule resolver and stores nothing. */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.authorization;
