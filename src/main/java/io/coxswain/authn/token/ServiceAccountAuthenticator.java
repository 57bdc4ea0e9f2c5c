package io.coxswain.authn.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.coxswain.apiserver.authn.Authenticator;
import io.coxswain.apiserver.authn.TokenAuthenticator;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.authn.token.BoundObjects.Found;
import io.coxswain.authn.token.BoundObjects.Kind;
import io.coxswain.authn.token.TokenClaims.ObjectId;
import io.coxswain.bootstrap.config.ApiServerConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Bearer tokens of ServiceAccounts. A token holds while its account, and the pod, Secret or node it is bound to, exist with the
 * uid it names; a good answer is remembered for ten seconds, so a token outlives its account by no more.
 */
@ApplicationScoped
public class ServiceAccountAuthenticator implements Authenticator, TokenAuthenticator {
    private static final Duration REMEMBERED = Duration.ofSeconds(10);
    /** A pod that is being deleted may go on working a little. */
    private static final Duration AFTER_DELETION = Duration.ofSeconds(60);

    private final TokenCodec codec;
    private final BoundObjects objects;
    private final Clock clock;
    private final String issuer;
    private final List<String> apiAudiences;
    private final Cache<String, TokenClaims> good;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected ServiceAccountAuthenticator() {
        this.codec = null;
        this.objects = null;
        this.clock = Clock.systemUTC();
        this.issuer = "";
        this.apiAudiences = List.of();
        this.good = cache(clock);
    }

    @Inject
    public ServiceAccountAuthenticator(TokenCodec codec, BoundObjects objects, ApiServerConfig config, Clock clock) {
        this.codec = codec;
        this.objects = objects;
        this.clock = clock;
        this.issuer = config.serviceAccountIssuer();
        this.apiAudiences = config.audiences();
        this.good = cache(clock);
    }

    private static Cache<String, TokenClaims> cache(Clock clock) {
        Ticker ticker = () -> Duration.between(Instant.EPOCH, clock.instant()).toNanos();
        return Caffeine.newBuilder()
                .maximumSize(20_000)
                .expireAfterWrite(REMEMBERED)
                .ticker(ticker)
                .build();
    }

    @Override
    public int order() {
        return 20;
    }

    @Override
    public List<String> apiAudiences() {
        return apiAudiences;
    }

    @Override
    public Optional<UserInfo> authenticate(Credentials credentials) {
        return bearer(credentials);
    }

    @Override
    public Optional<TokenUser> authenticate(String token, List<String> audiences) {
        String digest = digest(token);
        TokenClaims claims = good.getIfPresent(digest);
        if (claims == null) {
            Optional<TokenClaims> decoded = codec.decode(token, issuer);
            if (decoded.isEmpty()) {
                return Optional.empty();
            }
            claims = decoded.get();
            checkTimes(claims);
            checkObjects(claims);
            good.put(digest, claims);
        } else {
            checkTimes(claims);
        }
        List<String> meant =
                audiences.stream().filter(claims.audiences()::contains).toList();
        if (meant.isEmpty()) {
            throw new InvalidTokenException("token audiences " + quoted(claims.audiences())
                    + " is invalid for the target audiences " + quoted(audiences));
        }
        return Optional.of(new TokenUser(user(claims), meant));
    }

    private void checkTimes(TokenClaims claims) {
        Instant now = clock.instant();
        if (!now.isBefore(claims.expires())) {
            throw new InvalidTokenException("service account token has expired");
        }
        if (now.isBefore(claims.notBefore())) {
            throw new InvalidTokenException("service account token is not valid yet");
        }
    }

    private void checkObjects(TokenClaims claims) {
        check(Kind.SERVICE_ACCOUNT, "service account", claims.namespace(), claims.serviceAccount());
        claims.secret().ifPresent(id -> check(Kind.SECRET, "secret", claims.namespace(), id));
        if (claims.pod().isPresent()) {
            check(Kind.POD, "pod", claims.namespace(), claims.pod().get());
        } else {
            claims.node().ifPresent(id -> check(Kind.NODE, "node", "", id));
        }
    }

    private void check(Kind kind, String word, String namespace, ObjectId id) {
        Found found = objects.find(kind, namespace, id.name(), id.uid())
                .orElseThrow(() -> new InvalidTokenException(
                        kind == Kind.SERVICE_ACCOUNT
                                ? "serviceaccounts \"" + id.name() + "\" not found"
                                : "service account token has been invalidated: " + word + " not found"));
        if (!found.uid().equals(id.uid())) {
            throw new InvalidTokenException(
                    word + " UID (" + found.uid() + ") does not match claim (" + id.uid() + ")");
        }
        Instant now = clock.instant();
        if (found.deletionTimestamp().isPresent()
                && found.deletionTimestamp().get().plus(AFTER_DELETION).isBefore(now)) {
            throw new InvalidTokenException("service account token has been invalidated: " + word + " was deleted");
        }
    }

    private static UserInfo user(TokenClaims claims) {
        Map<String, List<String>> extra = new LinkedHashMap<>();
        if (!claims.id().isEmpty()) {
            extra.put("authentication.kubernetes.io/credential-id", List.of("JTI=" + claims.id()));
        }
        claims.pod().ifPresent(id -> {
            extra.put("authentication.kubernetes.io/pod-name", List.of(id.name()));
            extra.put("authentication.kubernetes.io/pod-uid", List.of(id.uid()));
        });
        claims.node().ifPresent(id -> {
            extra.put("authentication.kubernetes.io/node-name", List.of(id.name()));
            if (!id.uid().isEmpty()) {
                extra.put("authentication.kubernetes.io/node-uid", List.of(id.uid()));
            }
        });
        return new UserInfo(
                claims.userName(),
                claims.serviceAccount().uid(),
                List.of("system:serviceaccounts", "system:serviceaccounts:" + claims.namespace()),
                extra);
    }

    private static String quoted(List<String> values) {
        return io.coxswain.apiserver.authz.PolicyRule.quoted(values);
    }

    private static String digest(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
