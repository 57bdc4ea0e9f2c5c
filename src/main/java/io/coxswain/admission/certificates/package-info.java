/**
 * What CertificateSigningRequests are held to: who asks is written down by the server, approving and signing need a right on
 * the signer, and nobody asks for {@code system:masters}. Upstream's plugins CertificateApproval, CertificateSigning and
 * CertificateSubjectRestriction, and the part of its request storage that knows the user.
 *
 * <p>Asks the authorizers; imports neither the store nor another plugin.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.admission.certificates;
