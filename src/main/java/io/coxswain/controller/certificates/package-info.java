/**
 * What becomes of CertificateSigningRequests: kubelets' are approved, those of the cluster's own signers are signed once they are
 * approved, old ones go. Entry: {@link io.coxswain.controller.certificates.CertificateReconciler}; the key is held by
 * {@code bootstrap}, behind {@link io.coxswain.controller.certificates.ClusterSigner}. Imports {@code client}, {@code meta} and
 * {@code controller.runtime} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.controller.certificates;
