package io.coxswain.controller.tokencleaner;

import io.coxswain.client.DeleteOptions;
import io.coxswain.client.Key;
import io.coxswain.client.ListOptions;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.Secret;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Optional;

/** The loop that removes the Secrets of expired bootstrap tokens. An expiration that cannot be read has passed. */
@Dependent
public class TokenCleaner implements Reconciler {
    private static final String NAMESPACE = "kube-system";
    private static final String TYPE = "bootstrap.kubernetes.io/token";

    private final Clock clock;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<Secret> tokens;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<Secret> client;

    @Inject
    public TokenCleaner(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "token-cleaner";
    }

    @Override
    public String queueName() {
        return "token_cleaner";
    }

    @Override
    public void setUp(Watches watches) {
        client = watches.client().resource(ResourceTypes.SECRETS);
        tokens = watches.primary(ResourceTypes.SECRETS, NAMESPACE, ListOptions.fields("type=" + TYPE))
                .lister();
    }

    @Override
    public Result reconcile(Key key) {
        Optional<Secret> token = tokens.get(key.namespace(), key.name());
        Optional<Instant> end = token.flatMap(TokenCleaner::end);
        if (token.isEmpty() || end.isEmpty()) {
            return Result.done();
        }
        Instant now = clock.instant();
        if (now.isBefore(end.get())) {
            return Result.after(Duration.between(now, end.get()));
        }
        try {
            client.delete(
                    key.namespace(),
                    key.name(),
                    DeleteOptions.uid(token.get().getMetadata().getUid()));
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
        return Result.done();
    }

    /** When the token ends; empty if it never does. */
    private static Optional<Instant> end(Secret token) {
        String encoded = token.getData() == null ? "" : token.getData().getOrDefault("expiration", "");
        if (encoded.isEmpty()) {
            return Optional.empty();
        }
        try {
            String text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException | IllegalArgumentException unreadable) {
            return Optional.of(Instant.EPOCH);
        }
    }
}
