package io.coxswain.apiserver.authn;

import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.ApiException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Asks every authenticator in order; the first that knows the credentials decides. Thread-safe. */
@ApplicationScoped
public class AuthenticatorChain {
    private final List<Authenticator> authenticators;

    /** For CDI's proxy. */
    protected AuthenticatorChain() {
        this(List.of());
    }

    @Inject
    public AuthenticatorChain(@Any Instance<Authenticator> found) {
        this(found.stream().toList());
    }

    public AuthenticatorChain(List<Authenticator> authenticators) {
        this.authenticators = authenticators.stream()
                .sorted(Comparator.comparingInt(Authenticator::order))
                .toList();
    }

    /**
     * Who asks: a user in {@code system:authenticated}, or {@link UserInfo#ANONYMOUS} if no credentials came.
     *
     * @throws ApiException 401 if credentials came that prove nobody
     */
    public UserInfo authenticate(Authenticator.Credentials credentials) {
        for (Authenticator authenticator : authenticators) {
            Optional<UserInfo> user = authenticator.authenticate(credentials);
            if (user.isPresent()) {
                return authenticated(user.get());
            }
        }
        if (!credentials.authorization().isEmpty()) {
            throw ApiException.unauthorized("");
        }
        return UserInfo.ANONYMOUS;
    }

    /** The user with the group that everybody has who proved who he is. */
    private static UserInfo authenticated(UserInfo user) {
        if (user.groups().contains(UserInfo.GROUP_AUTHENTICATED) || user.name().equals(UserInfo.ANONYMOUS_NAME)) {
            return user;
        }
        List<String> groups = new ArrayList<>(user.groups());
        groups.add(UserInfo.GROUP_AUTHENTICATED);
        return new UserInfo(user.name(), user.uid(), groups, user.extra());
    }
}
