package io.coxswain.bootstrap.policy;

import io.coxswain.apiserver.authz.PolicyRule;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code roles.txt}, whose head explains its form. */
final class PolicyFile {
    private static final String AGGREGATE = "aggregate:";
    private static final Map<String, List<String>> VERB_SETS = Map.of(
            "read", List.of("get", "list", "watch"),
            "write", List.of("create", "delete", "deletecollection", "patch", "update"));

    private final List<DefaultRole> roles = new ArrayList<>();
    private final List<DefaultBinding> bindings = new ArrayList<>();

    private PolicyFile() {}

    /** All there is. */
    record Policy(List<DefaultRole> roles, List<DefaultBinding> bindings) {}

    static Policy read() {
        try (InputStream in = PolicyFile.class.getResourceAsStream("roles.txt")) {
            if (in == null) {
                throw new IllegalStateException("roles.txt is not on the class path");
            }
            return parse(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Policy parse(List<String> lines) {
        PolicyFile file = new PolicyFile();
        for (String line : lines) {
            String text = line.trim();
            if (!text.isEmpty() && !text.startsWith("#")) {
                file.line(text);
            }
        }
        return new Policy(List.copyOf(file.roles), List.copyOf(file.bindings));
    }

    private void line(String text) {
        if (text.startsWith("[")) {
            roles.add(role(text));
        } else if (text.startsWith("bind ")) {
            bindings.add(binding(text.split("\\s+")));
        } else if (roles.isEmpty()) {
            throw new IllegalArgumentException("a rule before any role: " + text);
        } else {
            DefaultRole last = roles.remove(roles.size() - 1);
            roles.add(last.withRule(rule(text.split("\\s+"))));
        }
    }

    private static DefaultRole role(String text) {
        int end = text.indexOf(']');
        String name = text.substring(1, end);
        Map<String, String> labels = new LinkedHashMap<>();
        Map<String, String> aggregated = new LinkedHashMap<>();
        for (String label : text.substring(end + 1).trim().split("\\s+")) {
            if (!label.isEmpty()) {
                boolean selects = label.startsWith(AGGREGATE);
                String[] pair = (selects ? label.substring(AGGREGATE.length()) : label).split("=", 2);
                (selects ? aggregated : labels).put(pair[0], pair[1]);
            }
        }
        return new DefaultRole(namespace(name), local(name), labels, aggregated, List.of());
    }

    private static PolicyRule rule(String[] words) {
        if (words.length < 3) {
            throw new IllegalArgumentException("a rule has verbs, a group and resources: " + String.join(" ", words));
        }
        List<String> verbs = verbs(words[0]);
        List<String> targets = List.of(words[2].split(","));
        if (words[1].equals("url")) {
            return new PolicyRule(verbs, List.of(), List.of(), List.of(), targets);
        }
        List<String> groups = Arrays.stream(words[1].split(","))
                .map(group -> group.equals("core") ? "" : group)
                .toList();
        List<String> names = words.length > 3 ? List.of(words[3].substring(1).split(",")) : List.of();
        return new PolicyRule(verbs, groups, targets, names, List.of());
    }

    private static List<String> verbs(String text) {
        Set<String> verbs = new LinkedHashSet<>();
        for (String verb : text.split(",")) {
            verbs.addAll(VERB_SETS.getOrDefault(verb, List.of(verb)));
        }
        return List.copyOf(verbs);
    }

    private static DefaultBinding binding(String[] words) {
        String role = words[1];
        boolean renamed = words.length > 3 && words[2].equals("as");
        String name = renamed ? words[3] : local(role);
        List<DefaultBinding.Subject> subjects = Arrays.stream(words)
                .skip(renamed ? 4 : 2)
                .map(DefaultBinding.Subject::parse)
                .toList();
        return new DefaultBinding(namespace(role), name, local(role), subjects);
    }

    private static String namespace(String name) {
        int slash = name.indexOf('/');
        return slash < 0 ? "" : name.substring(0, slash);
    }

    private static String local(String name) {
        return name.substring(name.indexOf('/') + 1);
    }
}
