package io.coxswain.kinds.authorization;

import io.coxswain.apiserver.authz.AuthorizerChain;
import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.ReviewKind;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.util.List;

/** Whether the asking user may do something: {@code kubectl auth can-i}. */
@ApplicationScoped
public class SelfSubjectAccessReviewKind implements ReviewKind {
    private static final ResourceNames NAMES =
            ResourceNames.of("authorization.k8s.io", "v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews");

    private final AuthorizerChain authorizers;

    /** For CDI's proxy. */
    protected SelfSubjectAccessReviewKind() {
        this(new AuthorizerChain(List.of()));
    }

    @Inject
    public SelfSubjectAccessReviewKind(AuthorizerChain authorizers) {
        this.authorizers = authorizers;
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
    public List<FieldError> validate(ObjectView object) {
        return AccessQuestion.validateAttributes(object);
    }

    @Override
    public JsonObject review(ApiRequest request, JsonObject object) {
        ObjectView review = new ObjectView(object);
        return AccessQuestion.answer(authorizers, request.user(), review);
    }
}
