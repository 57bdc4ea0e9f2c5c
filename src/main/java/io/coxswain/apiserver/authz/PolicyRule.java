package io.coxswain.apiserver.authz;

import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.meta.ObjectView;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.List;
import java.util.stream.Collectors;

/** One rule of a Role or ClusterRole: these verbs on these resources, or on these URL paths. Immutable. */
public record PolicyRule(
        List<String> verbs,
        List<String> apiGroups,
        List<String> resources,
        List<String> resourceNames,
        List<String> nonResourceUrls) {
    private static final String ALL = "*";

    public PolicyRule {
        verbs = List.copyOf(verbs);
        apiGroups = List.copyOf(apiGroups);
        resources = List.copyOf(resources);
        resourceNames = List.copyOf(resourceNames);
        nonResourceUrls = List.copyOf(nonResourceUrls);
    }

    /** The rule as it stands in an object. */
    public static PolicyRule of(ObjectView rule) {
        return new PolicyRule(
                rule.strings("verbs"),
                rule.strings("apiGroups"),
                rule.strings("resources"),
                rule.strings("resourceNames"),
                rule.strings("nonResourceURLs"));
    }

    /** The rules of a Role or ClusterRole object. */
    public static List<PolicyRule> rulesOf(ObjectView role) {
        return role.items("rules").stream().map(PolicyRule::of).toList();
    }

    /** Whether the rule allows the request. */
    public boolean allows(RequestInfo request) {
        if (!matches(verbs, request.verb())) {
            return false;
        }
        if (!request.isResource()) {
            return nonResourceUrls.stream().anyMatch(url -> urlCovers(url, request.path()));
        }
        return matches(apiGroups, request.group())
                && resourceMatches(request.resource(), request.subresource())
                && (resourceNames.isEmpty() || resourceNames.contains(request.name()));
    }

    private boolean resourceMatches(String resource, String subresource) {
        String combined = subresource.isEmpty() ? resource : resource + "/" + subresource;
        return resources.contains(ALL)
                || resources.contains(combined)
                || (!subresource.isEmpty() && resources.contains("*/" + subresource));
    }

    /** A URL of a rule covers another, which may itself end in {@code *}. */
    static boolean urlCovers(String owner, String asked) {
        if (owner.equals(ALL) || owner.equals(asked)) {
            return true;
        }
        return owner.endsWith(ALL) && asked.startsWith(owner.substring(0, owner.length() - 1));
    }

    private static boolean matches(List<String> allowed, String asked) {
        return allowed.contains(ALL) || allowed.contains(asked);
    }

    public JsonObject toJson() {
        JsonObjectBuilder json = Json.createObjectBuilder().add("verbs", array(verbs));
        addUnlessEmpty(json, "apiGroups", apiGroups);
        addUnlessEmpty(json, "resources", resources);
        addUnlessEmpty(json, "resourceNames", resourceNames);
        addUnlessEmpty(json, "nonResourceURLs", nonResourceUrls);
        return json.build();
    }

    private static void addUnlessEmpty(JsonObjectBuilder json, String key, List<String> values) {
        if (!values.isEmpty()) {
            json.add(key, array(values));
        }
    }

    private static JsonArrayBuilder array(List<String> values) {
        return Json.createArrayBuilder(values);
    }

    /** As upstream prints it in messages: {@code {APIGroups:["apps"], Resources:["deployments"], Verbs:["get"]}}. */
    public String toCompactString() {
        StringBuilder text = new StringBuilder("{");
        part(text, "APIGroups", apiGroups);
        part(text, "Resources", resources);
        part(text, "NonResourceURLs", nonResourceUrls);
        part(text, "ResourceNames", resourceNames);
        part(text, "Verbs", verbs);
        return text.append('}').toString();
    }

    private static void part(StringBuilder text, String name, List<String> values) {
        if (!values.isEmpty()) {
            text.append(text.length() > 1 ? ", " : "").append(name).append(':').append(quoted(values));
        }
    }

    /** A list as Go prints it with {@code %q}. */
    public static String quoted(List<String> values) {
        return values.stream()
                .map(value -> Json.createValue(value).toString())
                .collect(Collectors.joining(" ", "[", "]"));
    }
}
