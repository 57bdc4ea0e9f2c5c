package io.coxswain.apiserver.authz;

import io.coxswain.apiserver.request.UserInfo;
import java.util.List;

/** What a user may do, as rules. Implemented by the RBAC authorizer; thread-safe and quick. */
public interface RuleResolver {
    /**
     * Rules, and what kept others from being found.
     *
     * @param errors such as a role that a binding names but that does not exist
     */
    record Rules(List<PolicyRule> rules, List<String> errors) {
        public Rules {
            rules = List.copyOf(rules);
            errors = List.copyOf(errors);
        }
    }

    /** What the user may do in the namespace and everywhere; only everywhere for {@code ""}. */
    Rules rulesFor(UserInfo user, String namespace);

    /**
     * The rules of a role.
     *
     * @param kind {@code Role} or {@code ClusterRole}
     * @param namespace of a Role
     */
    Rules rulesOfRole(String kind, String namespace, String name);
}
