package io.coxswain.kinds.admissionregistration;

import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.webhook.WebhookClientRules;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import io.coxswain.meta.validation.LabelRules;
import io.coxswain.meta.validation.Names;
import jakarta.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Defaults and checks of both kinds of webhook configuration. */
final class WebhookRules {
    private static final List<String> FAILURE_POLICIES = List.of("Fail", "Ignore");
    private static final List<String> MATCH_POLICIES = List.of("Equivalent", "Exact");
    private static final List<String> SIDE_EFFECTS = List.of("None", "NoneOnDryRun");
    private static final List<String> KNOWN_VERSIONS = List.of("v1", "v1beta1");
    private static final int MAX_CONDITIONS = 64;
    private static final FieldPath WEBHOOKS = FieldPath.of("webhooks");

    private final Check check;

    private WebhookRules(Check check) {
        this.check = check;
    }

    static JsonObject defaults(JsonObject configuration, boolean mutating) {
        return TreeEditor.edit(
                configuration,
                editor -> editor.editItems("webhooks", webhook -> {
                    webhook.setDefault("failurePolicy", "Fail")
                            .setDefault("matchPolicy", "Equivalent")
                            .setDefault("timeoutSeconds", 10);
                    webhook.editOrCreate("namespaceSelector", selector -> {});
                    webhook.editOrCreate("objectSelector", selector -> {});
                    if (mutating) {
                        webhook.setDefault("reinvocationPolicy", "Never");
                    }
                    webhook.editField("clientConfig", WebhookClientRules::defaults);
                    webhook.editItems("rules", rule -> rule.setDefault("scope", "*"));
                }));
    }

    static List<FieldError> check(ObjectView configuration, boolean mutating) {
        Check check = new Check();
        WebhookRules rules = new WebhookRules(check);
        Set<String> names = new HashSet<>();
        int i = 0;
        for (ObjectView webhook : configuration.items("webhooks")) {
            FieldPath path = WEBHOOKS.index(i++);
            rules.webhook(webhook, path);
            if (mutating) {
                check.oneOfOrAbsent(webhook, path, "reinvocationPolicy", List.of("IfNeeded", "Never"));
            }
            if (!webhook.text("name").isEmpty() && !names.add(webhook.text("name"))) {
                check.duplicate(path.child("name"), webhook.text("name"));
            }
        }
        return check.errors();
    }

    private void webhook(ObjectView webhook, FieldPath path) {
        String name = webhook.text("name");
        if (name.isEmpty()) {
            check.required(path.child("name"));
        } else {
            check.invalid(path.child("name"), name, Names.dns1123Subdomain(name));
            if (name.split("\\.", -1).length < 3) {
                check.invalid(
                        path.child("name"), name, "should be a domain with at least three segments separated by dots");
            }
        }
        check.each(webhook, path, "rules", (rule, at) -> MatchRules.rule(check, rule, at));
        check.oneOfOrAbsent(webhook, path, "failurePolicy", FAILURE_POLICIES);
        check.oneOfOrAbsent(webhook, path, "matchPolicy", MATCH_POLICIES);
        if (webhook.at("sideEffects").isEmpty()) {
            check.required(path.child("sideEffects"), "must specify one of None, NoneOnDryRun");
        } else {
            check.supported(path.child("sideEffects"), webhook.text("sideEffects"), SIDE_EFFECTS);
        }
        webhook.number("timeoutSeconds")
                .filter(seconds -> seconds < 1 || seconds > 30)
                .ifPresent(seconds -> check.invalid(
                        path.child("timeoutSeconds"), seconds, "the timeout value must be between 1 and 30 seconds"));
        for (String selector : new String[] {"namespaceSelector", "objectSelector"}) {
            check.in(webhook, path, selector, (each, at) -> LabelRules.checkSelector(each, at, check.errors()));
        }
        WebhookClientRules.check(check, new ObjectView(webhook.object("clientConfig")), path.child("clientConfig"));
        versions(webhook, path.child("admissionReviewVersions"));
        MatchRules.conditions(check, webhook, path, MAX_CONDITIONS);
    }

    private void versions(ObjectView webhook, FieldPath path) {
        List<String> versions = webhook.strings("admissionReviewVersions");
        if (versions.isEmpty()) {
            check.required(path, "must specify one of " + String.join(", ", KNOWN_VERSIONS));
            return;
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < versions.size(); i++) {
            if (!seen.add(versions.get(i))) {
                check.invalid(path.index(i), versions.get(i), "duplicate version");
            }
            check.invalid(path.index(i), versions.get(i), Names.dns1035Label(versions.get(i)));
        }
        if (versions.stream().noneMatch(KNOWN_VERSIONS::contains)) {
            check.invalid(
                    path,
                    webhook.array("admissionReviewVersions"),
                    "must include at least one of " + String.join(", ", KNOWN_VERSIONS));
        }
    }
}
