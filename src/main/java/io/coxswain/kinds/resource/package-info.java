/**
 * The kinds of {@code resource.k8s.io}: claims of devices, their templates and classes, and what drivers offer.
 *
 * <p>Pure functions on trees; never imports client, store or another group.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.resource;
