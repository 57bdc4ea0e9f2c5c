/** Kinds of {@code authentication.k8s.io}: questions about who somebody is. They store nothing. */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.authentication;
