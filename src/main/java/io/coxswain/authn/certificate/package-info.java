/** Client certificates signed by the cluster's authority: CN is the user, O the groups. Entry: {@link io.coxswain.authn.certificate.CertificateAuthenticator}. */
@org.jspecify.annotations.NullMarked
package io.coxswain.authn.certificate;
