package io.coxswain.apiserver.flowcontrol;

import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * Which requests belong to which priority level, and what tells their flows apart. Immutable.
 *
 * @param precedence the schema with the lowest number that matches decides; of equal ones the first by name
 * @param distinguisher {@code ByUser}, {@code ByNamespace} or {@code ""}
 */
public record FlowSchema(
        String name, String uid, int precedence, String level, String distinguisher, List<Rule> rules) {
    private static final String ALL = "*";

    public FlowSchema {
        rules = List.copyOf(rules);
    }

    /** Somebody. @param kind {@code User}, {@code Group} or {@code ServiceAccount} */
    public record Subject(String kind, String namespace, String name) {
        boolean matches(UserInfo user) {
            return switch (kind) {
                case "User" -> name.equals(ALL) || name.equals(user.name());
                case "Group" -> name.equals(ALL) || user.groups().contains(name);
                case "ServiceAccount" ->
                    name.equals(ALL)
                            ? user.name().startsWith("system:serviceaccount:" + namespace + ":")
                            : user.name().equals("system:serviceaccount:" + namespace + ":" + name);
                default -> false;
            };
        }
    }

    /** Requests for resources. */
    public record ResourceRule(
            List<String> verbs,
            List<String> groups,
            List<String> resources,
            boolean clusterScope,
            List<String> namespaces) {
        boolean matches(RequestInfo request) {
            String resource = request.subresource().isEmpty()
                    ? request.resource()
                    : request.resource() + "/" + request.subresource();
            boolean scope = request.namespace().isEmpty() ? clusterScope : has(namespaces, request.namespace());
            return scope && has(verbs, request.verb()) && has(groups, request.group()) && has(resources, resource);
        }
    }

    /** Requests for other paths. */
    public record PathRule(List<String> verbs, List<String> urls) {
        boolean matches(RequestInfo request) {
            return has(verbs, request.verb()) && urls.stream().anyMatch(url -> matches(url, request.path()));
        }

        private static boolean matches(String url, String path) {
            return url.equals(ALL)
                    || url.equals(path)
                    || (url.endsWith("/*") && path.startsWith(url.substring(0, url.length() - 1)));
        }
    }

    /** One of the subjects asks for one of the things. */
    public record Rule(List<Subject> subjects, List<ResourceRule> resources, List<PathRule> paths) {
        boolean matches(UserInfo user, RequestInfo request) {
            return subjects.stream().anyMatch(subject -> subject.matches(user))
                    && (request.isResource()
                            ? resources.stream().anyMatch(rule -> rule.matches(request))
                            : paths.stream().anyMatch(rule -> rule.matches(request)));
        }
    }

    boolean matches(UserInfo user, RequestInfo request) {
        return rules.stream().anyMatch(rule -> rule.matches(user, request));
    }

    /** What tells this request's flow from others of the schema. */
    String flow(UserInfo user, RequestInfo request) {
        return switch (distinguisher) {
            case "ByUser" -> user.name();
            case "ByNamespace" -> request.namespace();
            default -> "";
        };
    }

    /** Reads a FlowSchema object that has passed validation. */
    public static FlowSchema of(JsonObject tree) {
        ObjectView object = new ObjectView(tree);
        List<Rule> rules = new ArrayList<>();
        for (ObjectView rule : object.items("spec", "rules")) {
            rules.add(rule(rule));
        }
        return new FlowSchema(
                object.name(),
                object.text("metadata", "uid"),
                object.number("spec", "matchingPrecedence").orElse(1000L).intValue(),
                object.text("spec", "priorityLevelConfiguration", "name"),
                object.text("spec", "distinguisherMethod", "type"),
                rules);
    }

    private static Rule rule(ObjectView rule) {
        List<Subject> subjects = new ArrayList<>();
        for (ObjectView subject : rule.items("subjects")) {
            String kind = subject.text("kind");
            String field = kind.isEmpty() ? "" : Character.toLowerCase(kind.charAt(0)) + kind.substring(1);
            subjects.add(new Subject(kind, subject.text(field, "namespace"), subject.text(field, "name")));
        }
        List<ResourceRule> resources = new ArrayList<>();
        for (ObjectView one : rule.items("resourceRules")) {
            resources.add(new ResourceRule(
                    one.strings("verbs"),
                    one.strings("apiGroups"),
                    one.strings("resources"),
                    one.flag("clusterScope").orElse(false),
                    one.strings("namespaces")));
        }
        List<PathRule> paths = new ArrayList<>();
        for (ObjectView one : rule.items("nonResourceRules")) {
            paths.add(new PathRule(one.strings("verbs"), one.strings("nonResourceURLs")));
        }
        return new Rule(subjects, resources, paths);
    }

    private static boolean has(List<String> values, String value) {
        return values.contains(ALL) || values.contains(value);
    }
}
