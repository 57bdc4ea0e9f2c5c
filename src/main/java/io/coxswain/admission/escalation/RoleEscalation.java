package io.coxswain.admission.escalation;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.admission.ValidatingAdmission;
import io.coxswain.apiserver.authz.Authorizer.Attributes;
import io.coxswain.apiserver.authz.Authorizer.Verdict;
import io.coxswain.apiserver.authz.AuthorizerChain;
import io.coxswain.apiserver.authz.PolicyRule;
import io.coxswain.apiserver.authz.RuleCover;
import io.coxswain.apiserver.authz.RuleResolver;
import io.coxswain.apiserver.authz.RuleResolver.Rules;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.GroupVersionResource;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonArray;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Refuses roles with rights that their author does not hold (unless he may {@code escalate} them), and bindings to roles with
 * rights that their author does not hold (unless he may {@code bind} the role). Upstream has these checks in its RBAC storage;
 * they run at the same point there, after validation.
 */
@ApplicationScoped
public class RoleEscalation implements ValidatingAdmission {
    private static final String GROUP = "rbac.authorization.k8s.io";
    private static final Set<String> ROLES = Set.of("roles", "clusterroles");
    private static final Set<String> BINDINGS = Set.of("rolebindings", "clusterrolebindings");

    private final AuthorizerChain authorizers;
    private final RuleResolver resolver;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected RoleEscalation() {
        this.authorizers = null;
        this.resolver = null;
    }

    @Inject
    public RoleEscalation(AuthorizerChain authorizers, RuleResolver resolver) {
        this.authorizers = authorizers;
        this.resolver = resolver;
    }

    @Override
    public String name() {
        return "RoleEscalation";
    }

    @Override
    public boolean handles(AdmissionAttributes attributes) {
        return attributes.resource().group().equals(GROUP)
                && (attributes.operation() == Operation.CREATE || attributes.operation() == Operation.UPDATE)
                && (ROLES.contains(attributes.resource().resource())
                        || BINDINGS.contains(attributes.resource().resource()));
    }

    @Override
    public void validate(AdmissionAttributes attributes) {
        if (attributes.user().groups().contains(UserInfo.GROUP_MASTERS)) {
            return;
        }
        if (ROLES.contains(attributes.resource().resource())) {
            validateRole(attributes);
        } else {
            validateBinding(attributes);
        }
    }

    private void validateRole(AdmissionAttributes attributes) {
        ObjectView now = new ObjectView(attributes.object());
        ObjectView old = new ObjectView(attributes.oldObject());
        boolean sameAggregation = now.object("aggregationRule").equals(old.object("aggregationRule"));
        JsonArray rules = now.array("rules");
        if (attributes.operation() == Operation.UPDATE && rules.equals(old.array("rules")) && sameAggregation) {
            return;
        }
        String resource = attributes.resource().resource();
        if (may(attributes.user(), "escalate", resource, attributes.namespace(), now.name())) {
            return;
        }
        List<PolicyRule> asked = PolicyRule.rulesOf(now);
        if (!sameAggregation && !now.object("aggregationRule").isEmpty()) {
            // Whatever may be aggregated later must be held now.
            List<PolicyRule> everything = List.of(
                    new PolicyRule(List.of("*"), List.of("*"), List.of("*"), List.of(), List.of()),
                    new PolicyRule(List.of("*"), List.of(), List.of(), List.of(), List.of("*")));
            if (!missing(attributes.user(), "", everything).isEmpty()) {
                throw ApiException.forbidden(
                        attributes.resource().groupResource(),
                        now.name(),
                        "must have cluster-admin privileges to use an aggregationRule");
            }
        }
        confirm(attributes, now.name(), asked);
    }

    private void validateBinding(AdmissionAttributes attributes) {
        ObjectView now = new ObjectView(attributes.object());
        ObjectView old = new ObjectView(attributes.oldObject());
        if (attributes.operation() == Operation.UPDATE
                && now.object("roleRef").equals(old.object("roleRef"))
                && now.array("subjects").equals(old.array("subjects"))) {
            return;
        }
        String kind = now.text("roleRef", "kind");
        String role = now.text("roleRef", "name");
        String resource = kind.equals("ClusterRole") ? "clusterroles" : "roles";
        if (may(attributes.user(), "bind", resource, attributes.namespace(), role)) {
            return;
        }
        Rules asked = resolver.rulesOfRole(kind, attributes.namespace(), role);
        if (!asked.errors().isEmpty()) {
            throw ApiException.notFound(new GroupResource(GROUP, resource), role);
        }
        confirm(attributes, now.name(), asked.rules());
    }

    private boolean may(UserInfo user, String verb, String resource, String namespace, String name) {
        RequestInfo request =
                RequestInfo.resource(verb, new GroupVersionResource(GROUP, "v1", resource), namespace, name, "");
        return authorizers.authorize(new Attributes(user, request, "")).verdict() == Verdict.ALLOW;
    }

    private List<PolicyRule> missing(UserInfo user, String namespace, List<PolicyRule> asked) {
        return RuleCover.missing(resolver.rulesFor(user, namespace).rules(), asked);
    }

    private void confirm(AdmissionAttributes attributes, String name, List<PolicyRule> asked) {
        UserInfo user = attributes.user();
        List<PolicyRule> missing = missing(user, attributes.namespace(), asked);
        if (missing.isEmpty()) {
            return;
        }
        String listed = missing.stream()
                .map(PolicyRule::toCompactString)
                .distinct()
                .sorted()
                .collect(Collectors.joining("\n"));
        throw ApiException.forbidden(
                attributes.resource().groupResource(),
                name,
                "user \"" + user.name() + "\" (groups=" + PolicyRule.quoted(user.groups())
                        + ") is attempting to grant RBAC permissions not currently held:\n" + listed);
    }
}
