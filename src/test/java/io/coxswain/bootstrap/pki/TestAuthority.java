package io.coxswain.bootstrap.pki;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** A certificate authority for tests of other packages. */
public final class TestAuthority {
    private final CertificateAuthority authority;

    public TestAuthority(Clock clock) {
        try {
            authority = CertificateAuthority.create(clock);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public X509Certificate certificate() {
        return authority.certificate();
    }

    public X509Certificate client(Duration lifetime, String name, String... groups) {
        return issue(CertificateProfile.client(name, groups), lifetime);
    }

    public X509Certificate server(String name) {
        return issue(CertificateProfile.server(name, List.of("localhost")), Duration.ofDays(1));
    }

    /** A key pair such as signs tokens. */
    public static KeyPair keyPair() {
        try {
            return CertificateAuthority.newKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate issue(CertificateProfile profile, Duration lifetime) {
        try {
            return authority.issue(profile, lifetime).certificate();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
