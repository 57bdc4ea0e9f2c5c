package io.coxswain.authn.certificate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.coxswain.apiserver.authn.Authenticator;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.ApiException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.naming.NamingException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * A client certificate: the subject's CN is the user's name, its O values are the groups. The TLS layer has proved that the
 * client holds the key; the chain is checked here once more, so that a trust store with more authorities in it opens nothing.
 */
@ApplicationScoped
public class CertificateAuthenticator implements Authenticator {
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final String ANY_USAGE = "2.5.29.37.0";

    private final ClientAuthority authority;
    private final Clock clock;
    private final Cache<X509Certificate, UserInfo> known = Caffeine.newBuilder()
            .maximumSize(2_000)
            .expireAfterWrite(Duration.ofMinutes(10))
            .build();

    /** For CDI's proxy. */
    protected CertificateAuthenticator() {
        this(
                () -> {
                    throw new IllegalStateException("a proxy has no authority");
                },
                Clock.systemUTC());
    }

    @Inject
    public CertificateAuthenticator(ClientAuthority authority, Clock clock) {
        this.authority = authority;
        this.clock = clock;
    }

    @Override
    public int order() {
        return 10;
    }

    @Override
    public Optional<UserInfo> authenticate(Credentials credentials) {
        if (credentials.certificates().isEmpty()) {
            return Optional.empty();
        }
        X509Certificate leaf = credentials.certificates().get(0);
        Date now = Date.from(clock.instant());
        if (now.before(leaf.getNotBefore()) || now.after(leaf.getNotAfter())) {
            known.invalidate(leaf);
            throw ApiException.unauthorized("");
        }
        UserInfo user = known.getIfPresent(leaf);
        if (user == null) {
            verify(credentials.certificates(), now);
            user = userOf(leaf);
            known.put(leaf, user);
        }
        // A certificate without a name proves nobody; the next authenticator may know a token.
        return user.name().isEmpty() ? Optional.empty() : Optional.of(user);
    }

    private void verify(List<X509Certificate> chain, Date now) {
        try {
            X509Certificate anchor = authority.certificate();
            List<X509Certificate> path =
                    chain.stream().filter(link -> !link.equals(anchor)).toList();
            if (path.isEmpty()) {
                throw ApiException.unauthorized("");
            }
            CertPath certPath = CertificateFactory.getInstance("X.509").generateCertPath(path);
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(now);
            CertPathValidator.getInstance("PKIX").validate(certPath, parameters);
            List<String> usages = path.get(0).getExtendedKeyUsage();
            if (usages == null || (!usages.contains(CLIENT_AUTH) && !usages.contains(ANY_USAGE))) {
                throw ApiException.unauthorized("");
            }
        } catch (GeneralSecurityException e) {
            throw new ApiException(ApiException.unauthorized("").status(), e);
        }
    }

    private static UserInfo userOf(X509Certificate certificate) {
        String name = "";
        List<String> groups = new ArrayList<>();
        try {
            // RFC 2253 writes the last part first; LdapName counts from the end of the text, which is the order in the
            // certificate.
            for (Rdn part : new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                var attributes = part.toAttributes().getAll();
                while (attributes.hasMore()) {
                    var attribute = attributes.next();
                    if (attribute.get() instanceof String value) {
                        if (attribute.getID().equalsIgnoreCase("CN")) {
                            name = value;
                        } else if (attribute.getID().equalsIgnoreCase("O")) {
                            groups.add(value);
                        }
                    }
                }
            }
            return new UserInfo(
                    name,
                    "",
                    groups,
                    Map.of("authentication.kubernetes.io/credential-id", List.of("X509SHA256=" + digest(certificate))));
        } catch (NamingException | GeneralSecurityException e) {
            throw new ApiException(ApiException.unauthorized("").status(), e);
        }
    }

    private static String digest(X509Certificate certificate) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    }
}
