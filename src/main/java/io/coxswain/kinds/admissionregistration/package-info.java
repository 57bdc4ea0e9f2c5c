/**
 * The kinds of {@code admissionregistration.k8s.io}: webhook configurations and admission policies.
 *
 * <p>Pure functions on trees; never imports client, store or another group.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.admissionregistration;
