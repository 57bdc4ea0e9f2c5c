package io.coxswain.authn.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.apiserver.authn.Authenticator.Credentials;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.bootstrap.pki.TestAuthority;
import io.coxswain.meta.ApiException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertificateAuthenticatorTest {
    private Instant now = Instant.parse("2026-06-01T00:00:00Z");
    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };
    private final TestAuthority authority = new TestAuthority(clock);
    private final CertificateAuthenticator authenticator = new CertificateAuthenticator(authority::certificate, clock);

    private UserInfo authenticate(X509Certificate... chain) {
        return authenticator.authenticate(new Credentials(List.of(chain), "")).orElseThrow();
    }

    @Test
    void takesNameAndGroupsFromTheSubject() {
        UserInfo user = authenticate(authority.client(Duration.ofDays(1), "alice", "dev", "ops"));
        assertThat(user.name()).isEqualTo("alice");
        assertThat(user.groups()).containsExactly("dev", "ops");
        assertThat(user.extra().get("authentication.kubernetes.io/credential-id"))
                .singleElement()
                .asString()
                .startsWith("X509SHA256=");
    }

    @Test
    void takesTheAuthorityAsPartOfTheChain() {
        assertThat(authenticate(authority.client(Duration.ofDays(1), "alice"), authority.certificate())
                        .name())
                .isEqualTo("alice");
    }

    @Test
    void keepsOddCharactersOfNames() {
        assertThat(authenticate(authority.client(Duration.ofDays(1), "a,b=c+d \"e\"", "x\\y"))
                        .name())
                .isEqualTo("a,b=c+d \"e\"");
    }

    @Test
    void refusesCertificatesOfOtherAuthorities() {
        X509Certificate foreign = new TestAuthority(clock).client(Duration.ofDays(1), "alice", "system:masters");
        assertThatThrownBy(() -> authenticate(foreign))
                .isInstanceOf(ApiException.class)
                .hasMessage("Unauthorized");
        assertThatThrownBy(() -> authenticate(foreign, authority.certificate())).isInstanceOf(ApiException.class);
    }

    @Test
    void refusesServingCertificatesAndTheAuthorityItself() {
        assertThatThrownBy(() -> authenticate(authority.server("kube-apiserver")))
                .isInstanceOf(ApiException.class);
        assertThatThrownBy(() -> authenticate(authority.certificate())).isInstanceOf(ApiException.class);
    }

    @Test
    void refusesAnExpiredCertificateEvenIfItWasSeenBefore() {
        X509Certificate certificate = authority.client(Duration.ofHours(1), "alice");
        assertThat(authenticate(certificate).name()).isEqualTo("alice");
        now = now.plus(Duration.ofHours(2));
        assertThatThrownBy(() -> authenticate(certificate)).isInstanceOf(ApiException.class);
    }

    @Test
    void hasNoOpinionWithoutACertificateOrAName() {
        assertThat(authenticator.authenticate(new Credentials(List.of(), "Bearer x")))
                .isEmpty();
        assertThat(authenticator.authenticate(
                        new Credentials(List.of(authority.client(Duration.ofDays(1), "", "dev")), "")))
                .isEmpty();
    }
}
