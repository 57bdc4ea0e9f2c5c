package io.coxswain.meta.quota;

import io.coxswain.meta.GroupResource;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;

/** Whether a quota concerns an object at all. A quota with scopes concerns pods only. */
public final class QuotaScopes {
    private static final GroupResource PODS = new GroupResource("", "pods");

    private QuotaScopes() {}

    /** @param quota the whole ResourceQuota */
    public static boolean match(ObjectView quota, GroupResource resource, ObjectView object) {
        List<String> scopes = quota.strings("spec", "scopes");
        List<ObjectView> expressions = quota.items("spec", "scopeSelector", "matchExpressions");
        if (scopes.isEmpty() && expressions.isEmpty()) {
            return true;
        }
        return resource.equals(PODS)
                && scopes.stream().allMatch(scope -> matches(scope, "Exists", List.of(), object))
                && expressions.stream()
                        .allMatch(expression -> matches(
                                expression.text("scopeName"),
                                expression.text("operator"),
                                expression.strings("values"),
                                object));
    }

    private static boolean matches(String scope, String operator, List<String> values, ObjectView pod) {
        return switch (scope) {
            case "Terminating" -> hasDeadline(pod);
            case "NotTerminating" -> !hasDeadline(pod);
            case "BestEffort" -> isBestEffort(pod);
            case "NotBestEffort" -> !isBestEffort(pod);
            case "PriorityClass" -> matches(operator, pod.text("spec", "priorityClassName"), values);
            case "CrossNamespacePodAffinity" -> reachesAcrossNamespaces(pod);
            default -> false;
        };
    }

    private static boolean matches(String operator, String value, List<String> values) {
        return switch (operator) {
            case "Exists" -> !value.isEmpty();
            case "DoesNotExist" -> value.isEmpty();
            case "In" -> values.contains(value);
            case "NotIn" -> !values.contains(value);
            default -> false;
        };
    }

    private static boolean hasDeadline(ObjectView pod) {
        return pod.number("spec", "activeDeadlineSeconds").isPresent();
    }

    private static boolean isBestEffort(ObjectView pod) {
        boolean podLevel = states(pod.object("spec", "resources"));
        return !podLevel
                && Stream.concat(pod.items("spec", "initContainers").stream(), pod.items("spec", "containers").stream())
                        .noneMatch(container -> states(container.object("resources")));
    }

    private static boolean states(JsonObject resources) {
        ObjectView view = new ObjectView(resources);
        return Stream.of("requests", "limits")
                .map(view::object)
                .anyMatch(amounts -> amounts.containsKey("cpu") || amounts.containsKey("memory"));
    }

    private static boolean reachesAcrossNamespaces(ObjectView pod) {
        return Stream.of("podAffinity", "podAntiAffinity")
                .flatMap(kind -> Stream.concat(
                        pod.items("spec", "affinity", kind, "requiredDuringSchedulingIgnoredDuringExecution").stream(),
                        pod.items("spec", "affinity", kind, "preferredDuringSchedulingIgnoredDuringExecution").stream()
                                .map(weighted -> new ObjectView(weighted.object("podAffinityTerm")))))
                .anyMatch(term -> !term.array("namespaces").isEmpty()
                        || term.at("namespaceSelector").isPresent());
    }
}
