package io.coxswain.console.access;

import io.coxswain.meta.ObjectView;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** One rule of a role, in a form to read: which verbs on what. */
public record Rule(String verbs, String on) implements Serializable {
    static List<Rule> of(ObjectView role) {
        return role.items("rules").stream().map(Rule::one).toList();
    }

    private static Rule one(ObjectView rule) {
        List<String> on = new ArrayList<>();
        List<String> groups = rule.strings("apiGroups");
        for (String resource : rule.strings("resources")) {
            for (String group : groups) {
                on.add(group.isEmpty() ? resource : resource + "." + group);
            }
        }
        on.addAll(rule.strings("nonResourceURLs"));
        List<String> names = rule.strings("resourceNames");
        return new Rule(
                String.join(", ", rule.strings("verbs")),
                String.join(", ", on) + (names.isEmpty() ? "" : " [" + String.join(", ", names) + "]"));
    }

    /** Whether a rule of a role covers a request; {@code resource} may have a subresource after a slash. */
    static boolean covers(ObjectView rule, String verb, String group, String resource) {
        return has(rule.strings("verbs"), verb)
                && has(rule.strings("apiGroups"), group)
                && rule.strings("resourceNames").isEmpty()
                && rule.strings("resources").stream().anyMatch(each -> matches(each, resource));
    }

    private static boolean has(List<String> list, String value) {
        return list.contains("*") || list.contains(value);
    }

    private static boolean matches(String rule, String resource) {
        int slash = resource.indexOf('/');
        return rule.equals("*") || rule.equals(resource) || (slash > 0 && rule.equals("*" + resource.substring(slash)));
    }
}
