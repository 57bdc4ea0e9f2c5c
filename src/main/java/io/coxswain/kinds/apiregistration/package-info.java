/**
 * The kind of {@code apiregistration.k8s.io}: APIService.
 *
 * <p>Pure functions on trees; never imports client, store or another group.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.apiregistration;
