package io.coxswain.kinds.authentication;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.ReviewKind;
import io.coxswain.apiserver.request.ApiRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.Json;
import jakarta.json.JsonObject;

/** Who the server takes the asking user for: {@code kubectl auth whoami}. */
@ApplicationScoped
public class SelfSubjectReviewKind implements ReviewKind {
    private static final ResourceNames NAMES =
            ResourceNames.of("authentication.k8s.io", "v1", "SelfSubjectReview", "selfsubjectreviews");

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
        return Json.createObjectBuilder(object)
                .add("status", Json.createObjectBuilder().add("userInfo", UserInfoJson.of(request.user())))
                .build();
    }
}
