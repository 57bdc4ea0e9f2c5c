package io.coxswain.authn.token;

import io.coxswain.authn.token.TokenClaims.ObjectId;
import io.coxswain.bootstrap.config.ApiServerConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Issues ServiceAccount tokens. Thread-safe. */
@ApplicationScoped
public class TokenIssuer {
    private final TokenCodec codec;
    private final Clock clock;
    private final String issuer;
    private final List<String> apiAudiences;
    private final Duration longest;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected TokenIssuer() {
        this.codec = null;
        this.clock = Clock.systemUTC();
        this.issuer = "";
        this.apiAudiences = List.of();
        this.longest = Duration.ZERO;
    }

    @Inject
    public TokenIssuer(TokenCodec codec, ApiServerConfig config, Clock clock) {
        this.codec = codec;
        this.clock = clock;
        this.issuer = config.serviceAccountIssuer();
        this.apiAudiences = config.audiences();
        this.longest = config.maxTokenLifetime();
    }

    /**
     * Whom a token is for.
     *
     * @param pod the pod it is bound to, if any; {@code node} is then the node that the pod runs on
     */
    public record Subject(
            String namespace,
            ObjectId serviceAccount,
            Optional<ObjectId> pod,
            Optional<ObjectId> node,
            Optional<ObjectId> secret) {}

    /** A token, when it begins and when it ends. */
    public record Issued(String token, Instant issuedAt, Instant expires) {
        @Override
        public String toString() {
            return "a token until " + expires;
        }
    }

    /** The longest life a token can have. */
    public Duration longest() {
        return longest;
    }

    /** The audiences of a token for which none were asked. */
    public List<String> apiAudiences() {
        return apiAudiences;
    }

    /** @param lifetime shortened to {@link #longest} */
    public Issued issue(Subject subject, List<String> audiences, Duration lifetime) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant end = now.plus(lifetime.compareTo(longest) > 0 ? longest : lifetime);
        TokenClaims claims = new TokenClaims(
                UUID.randomUUID().toString(),
                issuer,
                audiences,
                subject.namespace(),
                subject.serviceAccount(),
                subject.pod(),
                subject.node(),
                subject.secret(),
                now,
                now,
                end);
        return new Issued(codec.encode(claims), now, end);
    }
}
