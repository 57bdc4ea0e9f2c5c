package io.coxswain.kinds.authorization;

import io.coxswain.apiserver.authz.PolicyRule;
import io.coxswain.apiserver.authz.RuleResolver;
import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.ReviewKind;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.List;

/** All that the asking user may do in a namespace: {@code kubectl auth can-i --list}. */
@ApplicationScoped
public class SelfSubjectRulesReviewKind implements ReviewKind {
    private static final ResourceNames NAMES =
            ResourceNames.of("authorization.k8s.io", "v1", "SelfSubjectRulesReview", "selfsubjectrulesreviews");

    private final RuleResolver resolver;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected SelfSubjectRulesReviewKind() {
        this.resolver = null;
    }

    @Inject
    public SelfSubjectRulesReviewKind(RuleResolver resolver) {
        this.resolver = resolver;
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
        String namespace = new ObjectView(object).text("spec", "namespace");
        if (namespace.isEmpty()) {
            throw ApiException.badRequest("no namespace on request");
        }
        UserInfo user = request.user();
        RuleResolver.Rules found = resolver.rulesFor(user, namespace);
        List<String> errors = new ArrayList<>(found.errors());
        if (user.groups().contains(UserInfo.GROUP_NODES)) {
            errors.add("node authorizer does not support user rule resolution");
        }
        JsonArrayBuilder resources = Json.createArrayBuilder();
        JsonArrayBuilder urls = Json.createArrayBuilder();
        for (PolicyRule rule : found.rules()) {
            (rule.nonResourceUrls().isEmpty() ? resources : urls).add(rule.toJson());
        }
        JsonObjectBuilder status = Json.createObjectBuilder()
                .add("resourceRules", resources)
                .add("nonResourceRules", urls)
                .add("incomplete", !errors.isEmpty());
        if (!errors.isEmpty()) {
            status.add("evaluationError", String.join(", ", errors));
        }
        return Json.createObjectBuilder(object).add("status", status).build();
    }
}
