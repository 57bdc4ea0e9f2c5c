package io.coxswain.authz.rbac;

import io.coxswain.apiserver.authz.Authorizer;
import io.coxswain.apiserver.authz.PolicyRule;
import io.coxswain.apiserver.authz.RuleResolver;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.authz.rbac.RoleIndex.Grant;
import io.coxswain.authz.rbac.RoleIndex.Name;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Allows what a role allows that is bound to the user or one of his groups. Never denies. */
@ApplicationScoped
public class RbacAuthorizer implements Authorizer, RuleResolver {
    private final RoleIndex index;

    /** For CDI's proxy. */
    protected RbacAuthorizer() {
        this(new RoleIndex());
    }

    @Inject
    public RbacAuthorizer(RoleIndex index) {
        this.index = index;
    }

    @Override
    public int order() {
        return 30;
    }

    @Override
    public Decision authorize(Attributes attributes) {
        String namespace =
                attributes.request().isResource() ? attributes.request().namespace() : "";
        List<String> errors = new ArrayList<>();
        for (Grant grant : grants(attributes.user(), namespace)) {
            Optional<List<PolicyRule>> rules = index.rules(role(grant));
            if (rules.isEmpty()) {
                errors.add(missing(grant.roleKind(), grant.roleName()));
            } else if (rules.get().stream().anyMatch(rule -> rule.allows(attributes.request()))) {
                return Decision.allow("RBAC: allowed by " + grant.describe());
            }
        }
        return errors.isEmpty() ? Decision.NO_OPINION : new Decision(Verdict.NO_OPINION, "RBAC: " + aggregate(errors));
    }

    @Override
    public Rules rulesFor(UserInfo user, String namespace) {
        List<PolicyRule> rules = new ArrayList<>();
        List<String> errors = new ArrayList<>();
        for (Grant grant : grants(user, namespace)) {
            index.rules(role(grant))
                    .ifPresentOrElse(rules::addAll, () -> errors.add(missing(grant.roleKind(), grant.roleName())));
        }
        return new Rules(rules, errors);
    }

    @Override
    public Rules rulesOfRole(String kind, String namespace, String name) {
        Name role = new Name(kind.equals("ClusterRole") ? "" : namespace, name);
        return index.rules(role)
                .map(rules -> new Rules(rules, List.of()))
                .orElseGet(() -> new Rules(List.of(), List.of(missing(kind, name))));
    }

    private List<Grant> grants(UserInfo user, String namespace) {
        List<Grant> grants = new ArrayList<>(index.grants(user, ""));
        if (!namespace.isEmpty()) {
            grants.addAll(index.grants(user, namespace));
        }
        return grants;
    }

    private static Name role(Grant grant) {
        return new Name(
                grant.roleKind().equals("ClusterRole") ? "" : grant.binding().namespace(), grant.roleName());
    }

    private static String missing(String kind, String name) {
        String resource = kind.equals("ClusterRole") ? "clusterrole" : "role";
        return resource + ".rbac.authorization.k8s.io \"" + name + "\" not found";
    }

    private static String aggregate(List<String> errors) {
        List<String> distinct = errors.stream().distinct().toList();
        return distinct.size() == 1 ? distinct.get(0) : "[" + String.join(", ", distinct) + "]";
    }
}
