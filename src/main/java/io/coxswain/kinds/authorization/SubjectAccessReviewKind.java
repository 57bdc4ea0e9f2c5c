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
import java.util.ArrayList;
import java.util.List;

/** Whether some user may do something. */
@ApplicationScoped
public class SubjectAccessReviewKind implements ReviewKind {
    private static final ResourceNames NAMES =
            ResourceNames.of("authorization.k8s.io", "v1", "SubjectAccessReview", "subjectaccessreviews");

    private final AuthorizerChain authorizers;

    /** For CDI's proxy. */
    protected SubjectAccessReviewKind() {
        this(new AuthorizerChain(List.of()));
    }

    @Inject
    public SubjectAccessReviewKind(AuthorizerChain authorizers) {
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
        List<FieldError> errors = new ArrayList<>(AccessQuestion.validateAttributes(object));
        errors.addAll(AccessQuestion.validateSubject(object));
        return errors;
    }

    @Override
    public JsonObject review(ApiRequest request, JsonObject object) {
        ObjectView review = new ObjectView(object);
        return AccessQuestion.answer(authorizers, AccessQuestion.subject(review), review);
    }
}
