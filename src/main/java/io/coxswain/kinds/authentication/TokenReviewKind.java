package io.coxswain.kinds.authentication;

import io.coxswain.apiserver.authn.TokenAuthenticator;
import io.coxswain.apiserver.authn.TokenAuthenticator.InvalidTokenException;
import io.coxswain.apiserver.authn.TokenAuthenticator.TokenUser;
import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.ReviewKind;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whom a bearer token belongs to; asked by kubelets and extension servers. */
@ApplicationScoped
public class TokenReviewKind implements ReviewKind {
    private static final ResourceNames NAMES =
            ResourceNames.of("authentication.k8s.io", "v1", "TokenReview", "tokenreviews");

    private final List<TokenAuthenticator> authenticators;

    /** For CDI's proxy. */
    protected TokenReviewKind() {
        this(List.of());
    }

    @Inject
    public TokenReviewKind(@Any Instance<TokenAuthenticator> found) {
        this(found.stream().toList());
    }

    public TokenReviewKind(List<TokenAuthenticator> authenticators) {
        this.authenticators = List.copyOf(authenticators);
    }

    @Override
    public ResourceNames names() {
        return NAMES;
    }

    @Override
    public boolean namespaced() {
        return false;
    }

    @Override
    public JsonObject review(ApiRequest request, JsonObject object) {
        ObjectView review = new ObjectView(object);
        String token = review.text("spec", "token");
        if (token.isEmpty()) {
            throw ApiException.badRequest("token is required for TokenReview in authentication");
        }
        return Json.createObjectBuilder(object)
                .add("status", status(token, review.strings("spec", "audiences")))
                .build();
    }

    private JsonObjectBuilder status(String token, List<String> audiences) {
        List<String> errors = new ArrayList<>(List.of("invalid bearer token"));
        for (TokenAuthenticator authenticator : authenticators) {
            try {
                Optional<TokenUser> found = authenticator.authenticate(
                        token, audiences.isEmpty() ? authenticator.apiAudiences() : audiences);
                if (found.isPresent()) {
                    return authenticated(found.get());
                }
            } catch (InvalidTokenException e) {
                errors.add(e.getMessage());
            }
        }
        String error = errors.size() == 1 ? errors.get(0) : "[" + String.join(", ", errors) + "]";
        return Json.createObjectBuilder()
                .add("user", Json.createObjectBuilder())
                .add("error", error);
    }

    private static JsonObjectBuilder authenticated(TokenUser found) {
        UserInfo user = found.user();
        List<String> groups = new ArrayList<>(user.groups());
        if (!groups.contains(UserInfo.GROUP_AUTHENTICATED)) {
            groups.add(UserInfo.GROUP_AUTHENTICATED);
        }
        return Json.createObjectBuilder()
                .add("authenticated", true)
                .add("user", UserInfoJson.of(new UserInfo(user.name(), user.uid(), groups, user.extra())))
                .add("audiences", Json.createArrayBuilder(found.audiences()));
    }
}
