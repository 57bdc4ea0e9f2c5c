package io.coxswain.authn.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.coxswain.apiserver.request.UserInfo;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns a user of the registry into the user that RBAC knows. Groups are remembered for 30 seconds. Thread-safe. */
@ApplicationScoped
public class RegistryUsers {
    private static final String RESERVED = "system:";

    private final UserDirectory directory;
    private final Cache<String, UserInfo> known = Caffeine.newBuilder()
            .maximumSize(1_000)
            .expireAfterWrite(Duration.ofSeconds(30))
            .build();

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected RegistryUsers() {
        this.directory = null;
    }

    @Inject
    public RegistryUsers(UserDirectory directory) {
        this.directory = directory;
    }

    /**
     * The user with the groups of the directory and {@code system:authenticated}; empty if there is none. Names that start with
     * {@code system:} are the cluster's own: a directory that has them gives nobody their rights.
     *
     * @throws UserDirectory.DirectoryUnavailableException if nobody could be asked
     */
    public Optional<UserInfo> find(String name) {
        if (name.isEmpty() || name.startsWith(RESERVED)) {
            return Optional.empty();
        }
        UserInfo user = known.getIfPresent(name);
        if (user == null) {
            Optional<List<String>> groups = directory.groupsOf(name);
            if (groups.isEmpty()) {
                return Optional.empty();
            }
            user = new UserInfo(name, "", withAuthenticated(groups.get()), Map.of());
            known.put(name, user);
        }
        return Optional.of(user);
    }

    private static List<String> withAuthenticated(List<String> groups) {
        return java.util.stream.Stream.concat(
                        groups.stream().filter(group -> !group.startsWith(RESERVED)),
                        java.util.stream.Stream.of(UserInfo.GROUP_AUTHENTICATED))
                .toList();
    }
}
