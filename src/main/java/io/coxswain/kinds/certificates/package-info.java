/**
 * The kind of {@code certificates.k8s.io}: CertificateSigningRequest, with its {@code /approval}.
 *
 * <p>Pure functions on trees; never imports client, store or another group.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.certificates;
