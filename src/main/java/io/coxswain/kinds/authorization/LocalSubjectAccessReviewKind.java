package io.coxswain.kinds.authorization;

import io.coxswain.apiserver.authz.AuthorizerChain;
import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.ReviewKind;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Whether some user may do something in the namespace of the review, so that a namespace's administrator may ask. */
@ApplicationScoped
public class LocalSubjectAccessReviewKind implements ReviewKind {
    private static final ResourceNames NAMES =
            ResourceNames.of("authorization.k8s.io", "v1", "LocalSubjectAccessReview", "localsubjectaccessreviews");

    private final AuthorizerChain authorizers;

    /** For CDI's proxy. */
    protected LocalSubjectAccessReviewKind() {
        this(new AuthorizerChain(List.of()));
    }

    @Inject
    public LocalSubjectAccessReviewKind(AuthorizerChain authorizers) {
        this.authorizers = authorizers;
    }

    @Override
    public ResourceNames names() {
        return NAMES;
    }

    @Override
    public boolean namespaced() {
        return true;
    }

    @Override
    public List<FieldError> validate(ObjectView object) {
        List<FieldError> errors = new ArrayList<>(AccessQuestion.validateAttributes(object));
        errors.addAll(AccessQuestion.validateSubject(object));
        String asked = object.text("spec", "resourceAttributes", "namespace");
        if (object.at("spec", "nonResourceAttributes").isPresent()) {
            errors.add(FieldError.invalid(
                    FieldPath.of("spec", "nonResourceAttributes"),
                    object.object("spec", "nonResourceAttributes"),
                    "disallowed on this kind of request"));
        } else if (!asked.equals(object.namespace())) {
            errors.add(FieldError.invalid(
                    FieldPath.of("spec", "resourceAttributes", "namespace"), asked, "must match metadata.namespace"));
        }
        return errors;
    }

    @Override
    public JsonObject review(ApiRequest request, JsonObject object) {
        ObjectView review = new ObjectView(object);
        return AccessQuestion.answer(authorizers, AccessQuestion.subject(review), review);
    }
}
