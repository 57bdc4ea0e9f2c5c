package io.coxswain.apiserver.discovery;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The order in which groups and versions are shown, by upstream's priorities; kubectl settles doubled names by it. */
final class GroupOrder {
    private static final List<String> BUILT_IN = List.of(
            "apiregistration.k8s.io",
            "apps",
            "events.k8s.io",
            "authentication.k8s.io",
            "authorization.k8s.io",
            "autoscaling",
            "batch",
            "certificates.k8s.io",
            "networking.k8s.io",
            "policy",
            "rbac.authorization.k8s.io",
            "storage.k8s.io",
            "admissionregistration.k8s.io",
            "apiextensions.k8s.io",
            "scheduling.k8s.io",
            "coordination.k8s.io",
            "node.k8s.io",
            "discovery.k8s.io",
            "resource.k8s.io",
            "flowcontrol.apiserver.k8s.io");
    private static final Pattern VERSION = Pattern.compile("v(\\d{1,9})(?:(alpha|beta)(\\d{1,9}))?");

    /** Newest first: stable before beta before alpha, greater numbers first, strange names last. */
    static final Comparator<String> VERSIONS = Comparator.<String>comparingInt(version -> stage(version))
            .thenComparing(Comparator.<String>comparingLong(version -> number(version, 1))
                    .reversed())
            .thenComparing(Comparator.<String>comparingLong(version -> number(version, 3))
                    .reversed())
            .thenComparing(Comparator.naturalOrder());

    /** Built-in groups by their priority, then all others by name. */
    static final Comparator<String> GROUPS = Comparator.<String>comparingInt(group -> {
                int index = BUILT_IN.indexOf(group);
                return index < 0 ? BUILT_IN.size() : index;
            })
            .thenComparing(Comparator.naturalOrder());

    private GroupOrder() {}

    /** Versions by group, both in order. */
    static Map<String, List<String>> sort(Map<String, TreeSet<String>> versionsByGroup) {
        Map<String, List<String>> sorted = new TreeMap<>(GROUPS);
        versionsByGroup.forEach((group, versions) ->
                sorted.put(group, versions.stream().sorted(VERSIONS).toList()));
        return sorted;
    }

    private static int stage(String version) {
        Matcher matcher = VERSION.matcher(version);
        if (!matcher.matches()) {
            return 3;
        }
        String stage = matcher.group(2);
        return stage == null ? 0 : stage.equals("beta") ? 1 : 2;
    }

    private static long number(String version, int group) {
        Matcher matcher = VERSION.matcher(version);
        return matcher.matches() && matcher.group(group) != null ? Long.parseLong(matcher.group(group)) : 0;
    }
}
