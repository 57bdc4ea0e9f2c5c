package io.coxswain.authn.bootstraptoken;

import io.coxswain.apiserver.authn.Authenticator;
import io.coxswain.apiserver.authn.TokenAuthenticator;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.bootstrap.config.ApiServerConfig;
import io.coxswain.client.ApiClients;
import io.coxswain.client.ResourceTypes;
import io.fabric8.kubernetes.api.model.Secret;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Bearer tokens {@code id.secret} that stand in Secrets {@code kube-system/bootstrap-token-<id>}: the user
 * {@code system:bootstrap:<id>} in the group {@code system:bootstrappers}. The Secret is read at each use, so a token that is
 * removed is worth nothing at once.
 */
@ApplicationScoped
public class BootstrapTokenAuthenticator implements Authenticator, TokenAuthenticator {
    private static final Pattern TOKEN = Pattern.compile("([a-z0-9]{6})\\.([a-z0-9]{16})");
    private static final String NAMESPACE = "kube-system";
    private static final String TYPE = "bootstrap.kubernetes.io/token";
    private static final String GROUP = "system:bootstrappers";
    private static final Pattern EXTRA_GROUP = Pattern.compile("system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]");

    private final Provider<ApiClients> clients;
    private final List<String> apiAudiences;
    private final Clock clock;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected BootstrapTokenAuthenticator() {
        this.clients = null;
        this.apiAudiences = List.of();
        this.clock = Clock.systemUTC();
    }

    /** The provider breaks the circle: clients call the API server, which authenticates. */
    @Inject
    public BootstrapTokenAuthenticator(Provider<ApiClients> clients, ApiServerConfig config, Clock clock) {
        this(clients, config.audiences(), clock);
    }

    BootstrapTokenAuthenticator(Provider<ApiClients> clients, List<String> apiAudiences, Clock clock) {
        this.clients = clients;
        this.apiAudiences = List.copyOf(apiAudiences);
        this.clock = clock;
    }

    @Override
    public int order() {
        return 25;
    }

    @Override
    public List<String> apiAudiences() {
        return apiAudiences;
    }

    @Override
    public Optional<UserInfo> authenticate(Credentials credentials) {
        return bearer(credentials);
    }

    /** Bootstrap tokens are for this API server, whatever audience it goes by. */
    @Override
    public Optional<TokenUser> authenticate(String token, List<String> audiences) {
        Matcher parts = TOKEN.matcher(token);
        if (!parts.matches()) {
            return Optional.empty();
        }
        List<String> meant = audiences.stream().filter(apiAudiences::contains).toList();
        if (meant.isEmpty()) {
            throw new InvalidTokenException("a bootstrap token is for the API server only");
        }
        return Optional.of(new TokenUser(user(parts.group(1), parts.group(2)), meant));
    }

    private UserInfo user(String id, String secret) {
        String name = "bootstrap-token-" + id;
        Secret found = clients.get()
                .as(UserInfo.API_SERVER, "token-authenticator")
                .resource(ResourceTypes.SECRETS)
                .find(NAMESPACE, name)
                .filter(object -> object.getMetadata().getDeletionTimestamp() == null)
                .orElseThrow(() -> new InvalidTokenException("secret " + name + " not found"));
        if (!TYPE.equals(found.getType())) {
            throw new InvalidTokenException("secret " + name + " has invalid type, expected " + TYPE);
        }
        Map<String, String> data = found.getData() == null ? Map.of() : found.getData();
        if (!MessageDigest.isEqual(bytes(value(data, "token-secret")), bytes(secret))) {
            throw new InvalidTokenException("secret " + name + " has a token-secret that is not the token's");
        }
        if (!value(data, "token-id").equals(id)) {
            throw new InvalidTokenException("secret " + name + " has a token-id that is not the token's");
        }
        if (hasExpired(value(data, "expiration"))) {
            throw new InvalidTokenException("bootstrap token " + id + " has expired");
        }
        if (!value(data, "usage-bootstrap-authentication").equals("true")) {
            throw new InvalidTokenException("secret " + name + " is not marked usage-bootstrap-authentication=true");
        }
        return UserInfo.of(
                "system:bootstrap:" + id,
                groups(name, value(data, "auth-extra-groups")).toArray(String[]::new));
    }

    private static List<String> groups(String name, String text) {
        TreeSet<String> groups = new TreeSet<>(List.of(GROUP));
        for (String group : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            if (!EXTRA_GROUP.matcher(group).matches()) {
                throw new InvalidTokenException(
                        "secret " + name + " has an invalid group in auth-extra-groups: \"" + group + "\"");
            }
            groups.add(group);
        }
        return List.copyOf(groups);
    }

    /** A time that cannot be read has passed. */
    private boolean hasExpired(String text) {
        if (text.isEmpty()) {
            return false;
        }
        try {
            Instant end = OffsetDateTime.parse(text).toInstant();
            return !clock.instant().isBefore(end);
        } catch (DateTimeException unreadable) {
            return true;
        }
    }

    private static String value(Map<String, String> data, String key) {
        try {
            return new String(Base64.getDecoder().decode(data.getOrDefault(key, "")), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException unreadable) {
            return "";
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
