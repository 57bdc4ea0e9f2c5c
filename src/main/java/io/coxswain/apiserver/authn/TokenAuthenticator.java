package io.coxswain.apiserver.authn;

import io.coxswain.apiserver.request.UserInfo;
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
