package io.coxswain.authn.certificate;

import java.security.cert.X509Certificate;

/** Gives the authority that signs client certificates. {@code bootstrap} provides it. */
public interface ClientAuthority {
    X509Certificate certificate();
}
