package io.coxswain.apiserver.audit;

import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.UserInfo;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is recorded of which request: the first rule that matches decides, and what none matches is not recorded. Follows
 * upstream's {@code audit.k8s.io/v1 Policy}. Immutable.
 */
public record AuditPolicy(List<Rule> rules, Set<AuditStage> omitStages, boolean omitManagedFields) {
    /** Records nothing. */
    public static final AuditPolicy NOTHING = new AuditPolicy(List.of(), Set.of(), false);

    public AuditPolicy {
        rules = List.copyOf(rules);
        omitStages = Set.copyOf(omitStages);
    }

    /** What is to be recorded of one request. */
    public record Decision(AuditLevel level, Set<AuditStage> omitStages, boolean omitManagedFields) {
        static final Decision NOTHING = new Decision(AuditLevel.NONE, Set.of(), false);
    }

    /**
     * Resources of one API group.
     *
     * @param resources {@code pods}, {@code pods/log}, {@code pods/*}, {@code *&#47;scale} or {@code *}; empty: all resources, no subresources told apart
     * @param resourceNames empty: every object
     */
    public record GroupResources(String group, List<String> resources, List<String> resourceNames) {
        public GroupResources {
            resources = List.copyOf(resources);
            resourceNames = List.copyOf(resourceNames);
        }

        private boolean matches(RequestInfo request) {
            if (!group.equals(request.group())) {
                return false;
            }
            if (resources.isEmpty()) {
                return true;
            }
            if (!resourceNames.isEmpty() && !resourceNames.contains(request.name())) {
                return false;
            }
            String subresource = request.subresource();
            String combined = subresource.isEmpty() ? request.resource() : request.resource() + "/" + subresource;
            for (String resource : resources) {
                boolean matches = resource.equals("*")
                        || resource.equals(combined)
                        || (!subresource.isEmpty() && resource.equals("*/" + subresource))
                        || (!subresource.isEmpty() && resource.equals(request.resource() + "/*"));
                if (matches) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * One rule; an empty list matches everything.
     *
     * @param namespaces {@code ""} stands for what is in no namespace
     * @param omitManagedFields empty: as the policy says
     */
    public record Rule(
            AuditLevel level,
            List<String> users,
            List<String> userGroups,
            List<String> verbs,
            List<GroupResources> resources,
            List<String> namespaces,
            List<String> nonResourceUrls,
            Set<AuditStage> omitStages,
            Optional<Boolean> omitManagedFields) {
        public Rule {
            users = List.copyOf(users);
            userGroups = List.copyOf(userGroups);
            verbs = List.copyOf(verbs);
            resources = List.copyOf(resources);
            namespaces = List.copyOf(namespaces);
            nonResourceUrls = List.copyOf(nonResourceUrls);
            omitStages = Set.copyOf(omitStages);
        }

        private boolean matches(UserInfo user, RequestInfo request) {
            if (!users.isEmpty() && !users.contains(user.name())) {
                return false;
            }
            if (!userGroups.isEmpty() && user.groups().stream().noneMatch(userGroups::contains)) {
                return false;
            }
            if (!verbs.isEmpty() && !verbs.contains("*") && !verbs.contains(request.verb())) {
                return false;
            }
            if (!namespaces.isEmpty() || !resources.isEmpty()) {
                return request.isResource()
                        && (namespaces.isEmpty() || namespaces.contains(request.namespace()))
                        && (resources.isEmpty() || resources.stream().anyMatch(one -> one.matches(request)));
            }
            return nonResourceUrls.isEmpty()
                    || (!request.isResource()
                            && nonResourceUrls.stream().anyMatch(url -> matchesPath(url, request.path())));
        }

        private static boolean matchesPath(String pattern, String path) {
            return pattern.endsWith("*")
                    ? path.startsWith(pattern.substring(0, pattern.length() - 1))
                    : path.equals(pattern);
        }
    }

    /** Decides about a request. {@code user} is who proved an identity, not whom they impersonate. */
    public Decision decide(UserInfo user, RequestInfo request) {
        for (Rule rule : rules) {
            if (rule.matches(user, request)) {
                Set<AuditStage> omitted = omitStages;
                if (!rule.omitStages().isEmpty()) {
                    omitted = EnumSet.copyOf(rule.omitStages());
                    omitted.addAll(omitStages);
                }
                return new Decision(
                        rule.level(), omitted, rule.omitManagedFields().orElse(omitManagedFields));
            }
        }
        return Decision.NOTHING;
    }
}
