package io.coxswain.authn.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.coxswain.apiserver.authn.Authenticator;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.ApiException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HTTP Basic against the user registry, for legacy callers and {@code buildah login}. A right password is remembered for 30 seconds, so that a directory server is not asked for each request. */
@ApplicationScoped
public class BasicAuthenticator implements Authenticator {
    private static final String BASIC = "basic ";
    private static final int MAX_LENGTH = 4096;

    private final UserDirectory directory;
    private final RegistryUsers users;
    /** Passwords are kept as MACs under a key that lives no longer than this process. */
    private final SecretKeySpec key;

    private final Cache<String, String> good = Caffeine.newBuilder()
            .maximumSize(1_000)
            .expireAfterWrite(Duration.ofSeconds(30))
            .build();

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected BasicAuthenticator() {
        this.directory = null;
        this.users = null;
        this.key = newKey();
    }

    @Inject
    public BasicAuthenticator(UserDirectory directory, RegistryUsers users) {
        this.directory = directory;
        this.users = users;
        this.key = newKey();
    }

    @Override
    public int order() {
        return 30;
    }

    @Override
    public Optional<UserInfo> authenticate(Credentials credentials) {
        String header = credentials.authorization();
        if (!header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return Optional.empty();
        }
        String[] pair = decode(header.substring(BASIC.length()).trim());
        if (pair.length != 2 || pair[0].isEmpty() || pair[1].isEmpty()) {
            throw ApiException.unauthorized("");
        }
        try {
            String name = check(pair[0], pair[1]);
            return Optional.of(users.find(name).orElseThrow(() -> ApiException.unauthorized("")));
        } catch (UserDirectory.DirectoryUnavailableException e) {
            throw new ApiException(
                    ApiException.unavailable("the user registry cannot be asked")
                            .status(),
                    e);
        }
    }

    private String check(String user, String password) {
        String mac = mac(user, password);
        String name = good.getIfPresent(mac);
        if (name == null) {
            name = directory.checkPassword(user, password).orElseThrow(() -> ApiException.unauthorized(""));
            good.put(mac, name);
        }
        return name;
    }

    private static String[] decode(String base64) {
        if (base64.length() > MAX_LENGTH) {
            throw ApiException.unauthorized("");
        }
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8).split(":", 2);
        } catch (IllegalArgumentException notBase64) {
            throw ApiException.unauthorized("");
        }
    }

    private String mac(String user, String password) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(user.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            return HexFormat.of().formatHex(mac.doFinal(password.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    private static SecretKeySpec newKey() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        return new SecretKeySpec(random, "HmacSHA256");
    }
}
