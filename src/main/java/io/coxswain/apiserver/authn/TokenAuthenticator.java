package io.coxswain.apiserver.authn;

import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.ApiException;
import java.util.List;
import java.util.Optional;

/** One kind of bearer token. TokenReview asks every implementation; requests ask them through an {@link Authenticator}. */
public interface TokenAuthenticator {
    /**
     * @param audiences of which the token must be for at least one
     * @return empty if the token is of another kind
     * @throws InvalidTokenException if the token is of this kind and proves nobody
     */
    Optional<TokenUser> authenticate(String token, List<String> audiences);

    /** The audiences of this API server. */
    List<String> apiAudiences();

    /**
     * The user of the token that an {@code Authorization} header carries; empty if it carries none, or one of another kind.
     *
     * @throws ApiException 401 if the token proves nobody
     */
    default Optional<UserInfo> bearer(Authenticator.Credentials credentials) {
        String header = credentials.authorization();
        String scheme = "bearer ";
        if (!header.regionMatches(true, 0, scheme, 0, scheme.length())) {
            return Optional.empty();
        }
        try {
            return authenticate(header.substring(scheme.length()).trim(), apiAudiences())
                    .map(TokenUser::user);
        } catch (InvalidTokenException e) {
            throw new ApiException(ApiException.unauthorized("").status(), e);
        }
    }

    /** Whom a token belongs to, and which of the audiences asked for it is meant for. */
    record TokenUser(UserInfo user, List<String> audiences) {
        public TokenUser {
            audiences = List.copyOf(audiences);
        }
    }

    /** A token that proves nobody; the message says why, for the log and for TokenReview. */
    class InvalidTokenException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public InvalidTokenException(String message) {
            super(message);
        }
    }
}
