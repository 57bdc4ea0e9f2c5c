package io.coxswain.apiserver.authz;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Compares sets of rules: which rights of one set are not held by another. Pure; upstream's rules of covering. */
public final class RuleCover {
    private static final String ALL = "*";

    private RuleCover() {}

    /** The rights in {@code asked} that {@code held} does not cover, one verb and one resource or URL each, merged where only the verb differs. */
    public static List<PolicyRule> missing(List<PolicyRule> held, List<PolicyRule> asked) {
        List<PolicyRule> missing = asked.stream()
                .flatMap(rule -> breakDown(rule).stream())
                .filter(right -> held.stream().noneMatch(owner -> covers(owner, right)))
                .toList();
        return compact(missing);
    }

    private static List<PolicyRule> breakDown(PolicyRule rule) {
        List<PolicyRule> rights = new ArrayList<>();
        for (String verb : rule.verbs()) {
            for (String group : rule.apiGroups()) {
                for (String resource : rule.resources()) {
                    addNamed(rights, rule, verb, group, resource);
                }
            }
            for (String url : rule.nonResourceUrls()) {
                rights.add(new PolicyRule(List.of(verb), List.of(), List.of(), List.of(), List.of(url)));
            }
        }
        return rights;
    }

    private static void addNamed(List<PolicyRule> rights, PolicyRule rule, String verb, String group, String resource) {
        if (rule.resourceNames().isEmpty()) {
            rights.add(new PolicyRule(List.of(verb), List.of(group), List.of(resource), List.of(), List.of()));
        }
        for (String name : rule.resourceNames()) {
            rights.add(new PolicyRule(List.of(verb), List.of(group), List.of(resource), List.of(name), List.of()));
        }
    }

    private static boolean covers(PolicyRule owner, PolicyRule right) {
        if (!owner.verbs().contains(ALL) && !owner.verbs().containsAll(right.verbs())) {
            return false;
        }
        if (!right.nonResourceUrls().isEmpty()) {
            return right.nonResourceUrls().stream()
                    .allMatch(
                            url -> owner.nonResourceUrls().stream().anyMatch(held -> PolicyRule.urlCovers(held, url)));
        }
        boolean groups = owner.apiGroups().contains(ALL) || owner.apiGroups().containsAll(right.apiGroups());
        boolean names = owner.resourceNames().isEmpty()
                || (!right.resourceNames().isEmpty() && owner.resourceNames().containsAll(right.resourceNames()));
        return groups && names && right.resources().stream().allMatch(resource -> coversResource(owner, resource));
    }

    private static boolean coversResource(PolicyRule owner, String resource) {
        if (owner.resources().contains(ALL) || owner.resources().contains(resource)) {
            return true;
        }
        int slash = resource.indexOf('/');
        return slash >= 0 && owner.resources().contains("*/" + resource.substring(slash + 1));
    }

    private static List<PolicyRule> compact(List<PolicyRule> rights) {
        Map<List<List<String>>, PolicyRule> merged = new LinkedHashMap<>();
        for (PolicyRule right : rights) {
            // Rights on URLs stay apart, as upstream prints them.
            List<String> apart = right.nonResourceUrls().isEmpty() ? List.of() : right.verbs();
            List<List<String>> key = List.of(
                    right.apiGroups(), right.resources(), right.resourceNames(), right.nonResourceUrls(), apart);
            merged.merge(key, right, RuleCover::withVerbsOf);
        }
        return List.copyOf(merged.values());
    }

    private static PolicyRule withVerbsOf(PolicyRule first, PolicyRule second) {
        List<String> verbs = new ArrayList<>(first.verbs());
        second.verbs().stream().filter(verb -> !verbs.contains(verb)).forEach(verbs::add);
        return new PolicyRule(
                verbs, first.apiGroups(), first.resources(), first.resourceNames(), first.nonResourceUrls());
    }
}
