/**
 * The kind of {@code apiextensions.k8s.io}: CustomResourceDefinition.
 *
 * <p>Pure functions on trees; never imports client, store or another group.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.apiextensions;
