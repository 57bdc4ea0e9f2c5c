package io.coxswain.apiserver.audit;

import io.coxswain.codec.CodecException;
import io.coxswain.codec.YamlCodec;
import io.coxswain.meta.ApiException;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads {@code audit.k8s.io/v1 Policy} documents, strictly: a field nobody knows could be a rule somebody relies on. Stateless. */
public final class AuditPolicyReader {
    private static final String DEFAULT_POLICY = "default-policy.yaml";
    private static final String DEFAULT_LEVEL = "${level}";
    private static final Set<String> POLICY_FIELDS =
            Set.of("apiVersion", "kind", "metadata", "rules", "omitStages", "omitManagedFields");
    private static final Set<String> RULE_FIELDS = Set.of(
            "level",
            "users",
            "userGroups",
            "verbs",
            "resources",
            "namespaces",
            "nonResourceURLs",
            "omitStages",
            "omitManagedFields");
    private static final Set<String> RESOURCE_FIELDS = Set.of("group", "resources", "resourceNames");

    private AuditPolicyReader() {}

    /** The policy of a server that was given none. {@code level} is recorded of whatever its exceptions do not name. */
    public static AuditPolicy standard(AuditLevel level) {
        if (level == AuditLevel.NONE) {
            return AuditPolicy.NOTHING;
        }
        try (InputStream in = AuditPolicyReader.class.getResourceAsStream(DEFAULT_POLICY)) {
            if (in == null) {
                throw new IllegalStateException(DEFAULT_POLICY + " is missing");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return read(text.replace(DEFAULT_LEVEL, level.text()).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws IllegalArgumentException if the bytes are no usable policy; the message says where and why */
    public static AuditPolicy read(byte[] yaml) {
        JsonObject policy = parse(yaml);
        only(policy, POLICY_FIELDS, "the policy");
        if (!policy.getString("kind", "").equals("Policy")
                || !policy.getString("apiVersion", "").equals("audit.k8s.io/v1")) {
            throw new IllegalArgumentException("the document is no Policy of audit.k8s.io/v1");
        }
        List<AuditPolicy.Rule> rules = new ArrayList<>();
        for (JsonValue rule : array(policy, "rules", "")) {
            rules.add(rule(rule, "rules[" + rules.size() + "]"));
        }
        if (rules.isEmpty()) {
            throw new IllegalArgumentException("the policy has no rules, so nothing would be recorded");
        }
        return new AuditPolicy(
                rules, stages(policy, ""), flag(policy, "omitManagedFields", "").orElse(false));
    }

    private static JsonObject parse(byte[] yaml) {
        try {
            if (YamlCodec.parse(yaml).value() instanceof JsonObject object) {
                return object;
            }
        } catch (CodecException | ApiException e) {
            throw new IllegalArgumentException("the policy cannot be read: " + e.getMessage(), e);
        }
        throw new IllegalArgumentException("the policy is no YAML object");
    }

    private static AuditPolicy.Rule rule(JsonValue value, String at) {
        if (!(value instanceof JsonObject rule)) {
            throw new IllegalArgumentException(at + " is no object");
        }
        only(rule, RULE_FIELDS, at);
        String level = rule.get("level") instanceof JsonString text ? text.getString() : "";
        List<AuditPolicy.GroupResources> resources = new ArrayList<>();
        for (JsonValue group : array(rule, "resources", at)) {
            resources.add(resources(group, at + ".resources[" + resources.size() + "]"));
        }
        List<String> namespaces = texts(rule, "namespaces", at);
        List<String> urls = texts(rule, "nonResourceURLs", at);
        if (!urls.isEmpty() && !(resources.isEmpty() && namespaces.isEmpty())) {
            throw new IllegalArgumentException(
                    at + ".nonResourceURLs: rules cannot apply to both regular resources and non-resource URLs");
        }
        urls.forEach(url -> checkUrl(url, at));
        return new AuditPolicy.Rule(
                AuditLevel.of(level)
                        .orElseThrow(() -> new IllegalArgumentException(at + ".level is \"" + level
                                + "\" but must be one of None, Metadata, Request, RequestResponse")),
                texts(rule, "users", at),
                texts(rule, "userGroups", at),
                texts(rule, "verbs", at),
                resources,
                namespaces,
                urls,
                stages(rule, at),
                flag(rule, "omitManagedFields", at));
    }

    private static AuditPolicy.GroupResources resources(JsonValue value, String at) {
        if (!(value instanceof JsonObject resources)) {
            throw new IllegalArgumentException(at + " is no object");
        }
        only(resources, RESOURCE_FIELDS, at);
        String group = resources.get("group") instanceof JsonString text ? text.getString() : "";
        if (group.contains("/")) {
            throw new IllegalArgumentException(at + ".group is \"" + group + "\" but must not include the version");
        }
        List<String> names = texts(resources, "resourceNames", at);
        List<String> kinds = texts(resources, "resources", at);
        if (!names.isEmpty() && kinds.isEmpty()) {
            throw new IllegalArgumentException(at + ".resourceNames: using resource names requires resources");
        }
        return new AuditPolicy.GroupResources(group, kinds, names);
    }

    private static void checkUrl(String url, String at) {
        if (url.equals("*")) {
            return;
        }
        if (!url.startsWith("/") || url.substring(0, url.length() - 1).contains("*")) {
            throw new IllegalArgumentException(at + ".nonResourceURLs: \"" + url
                    + "\" must begin with a slash and may have a star at its end alone");
        }
    }

    private static Set<AuditStage> stages(JsonObject object, String at) {
        Set<AuditStage> stages = EnumSet.noneOf(AuditStage.class);
        for (String stage : texts(object, "omitStages", at)) {
            stages.add(AuditStage.of(stage)
                    .orElseThrow(() -> new IllegalArgumentException(path(at, "omitStages") + " has \"" + stage
                            + "\" but knows RequestReceived, ResponseStarted, ResponseComplete, Panic")));
        }
        return stages;
    }

    private static List<String> texts(JsonObject object, String field, String at) {
        List<String> texts = new ArrayList<>();
        for (JsonValue value : array(object, field, at)) {
            if (!(value instanceof JsonString text)) {
                throw new IllegalArgumentException(path(at, field) + " must be a list of strings");
            }
            texts.add(text.getString());
        }
        return texts;
    }

    private static JsonArray array(JsonObject object, String field, String at) {
        JsonValue value = object.getOrDefault(field, JsonValue.NULL);
        if (value == JsonValue.NULL) {
            return JsonValue.EMPTY_JSON_ARRAY;
        }
        if (!(value instanceof JsonArray array)) {
            throw new IllegalArgumentException(path(at, field) + " must be a list");
        }
        return array;
    }

    private static Optional<Boolean> flag(JsonObject object, String field, String at) {
        JsonValue value = object.getOrDefault(field, JsonValue.NULL);
        return switch (value.getValueType()) {
            case NULL -> Optional.empty();
            case TRUE -> Optional.of(true);
            case FALSE -> Optional.of(false);
            default -> throw new IllegalArgumentException(path(at, field) + " must be true or false");
        };
    }

    private static void only(JsonObject object, Set<String> known, String at) {
        Set<String> unknown = new TreeSet<>(object.keySet());
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(at + " has unknown fields: " + String.join(", ", unknown));
        }
    }

    private static String path(String at, String field) {
        return at.isEmpty() ? field : at + "." + field;
    }
}
