package io.coxswain.kinds.apiextensions;

import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.webhook.WebhookClientRules;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Checks one definition: its names, its versions, how they convert. Schemas are checked by those who use them. */
final class DefinitionRules {
    private static final FieldPath SPEC = CustomResourceDefinitionKind.spec();
    private static final FieldPath NAMES = SPEC.child("names");

    private final Check check;

    DefinitionRules(Check check) {
        this.check = check;
    }

    void definition(ObjectView definition) {
        ObjectView spec = new ObjectView(definition.object("spec"));
        String group = spec.text("group");
        String plural = spec.text("names", "plural");
        if (!definition.name().isEmpty() && !definition.name().equals(plural + "." + group)) {
            check.invalid(
                    FieldPath.of("metadata", "name"), definition.name(), "must be spec.names.plural+\".\"+spec.group");
        }
        if (group.isEmpty()) {
            check.required(SPEC.child("group"));
        } else {
            check.invalid(SPEC.child("group"), group, Names.dns1123Subdomain(group));
            if (group.indexOf('.') < 0) {
                check.invalid(SPEC.child("group"), group, "should be a domain with at least one dot");
            }
        }
        check.oneOf(spec, SPEC, "scope", List.of("Cluster", "Namespaced"));
        names(new ObjectView(spec.object("names")));
        versions(spec);
        conversion(new ObjectView(spec.object("conversion")), SPEC.child("conversion"));
    }

    private void names(ObjectView names) {
        label(names, "plural", names.text("plural"));
        label(names, "kind", names.text("kind").toLowerCase(Locale.ROOT));
        String singular = names.text("singular");
        if (!singular.isEmpty()) {
            label(names, "singular", singular);
        }
        String listKind = names.text("listKind");
        if (!listKind.isEmpty()) {
            label(names, "listKind", listKind.toLowerCase(Locale.ROOT));
            if (listKind.equals(names.text("kind"))) {
                check.invalid(NAMES.child("listKind"), listKind, "kind and listKind may not be the same");
            }
        }
        for (String list : new String[] {"shortNames", "categories"}) {
            List<String> words = names.strings(list);
            for (int i = 0; i < words.size(); i++) {
                check.invalid(NAMES.child(list).index(i), words.get(i), Names.dns1035Label(words.get(i)));
            }
        }
    }

    private void label(ObjectView names, String field, String text) {
        if (names.text(field).isEmpty()) {
            check.required(NAMES.child(field));
        } else {
            check.invalid(NAMES.child(field), names.text(field), Names.dns1035Label(text));
        }
    }

    private void versions(ObjectView spec) {
        FieldPath path = SPEC.child("versions");
        Set<String> names = new HashSet<>();
        int[] stored = {0};
        check.each(spec, SPEC, "versions", (version, at) -> {
            String name = version.text("name");
            check.invalid(at.child("name"), name, Names.dns1035Label(name));
            if (!names.add(name)) {
                check.duplicate(at.child("name"), name);
            }
            if (version.flag("storage").orElse(false)) {
                stored[0]++;
            }
            if (version.at("deprecationWarning").isPresent()
                    && !version.flag("deprecated").orElse(false)) {
                check.invalid(
                        at.child("deprecationWarning"),
                        version.text("deprecationWarning"),
                        "can only be set for deprecated versions");
            }
            schema(version, at);
            scale(version, at);
        });
        if (stored[0] != 1) {
            check.invalid(path, spec.array("versions"), "must have exactly one version marked as storage version");
        }
    }

    private void schema(ObjectView version, FieldPath path) {
        FieldPath at = path.child("schema").child("openAPIV3Schema");
        ObjectView schema = new ObjectView(version.object("schema", "openAPIV3Schema"));
        if (version.at("schema", "openAPIV3Schema").isEmpty()) {
            check.required(at, "schemas are required");
        } else if (!schema.text("type").equals("object")) {
            if (schema.text("type").isEmpty()) {
                check.required(at.child("type"), "must not be empty at the root");
            } else {
                check.invalid(at.child("type"), schema.text("type"), "must be object at the root");
            }
        }
    }

    private void scale(ObjectView version, FieldPath path) {
        check.in(new ObjectView(version.object("subresources")), path.child("subresources"), "scale", (scale, at) -> {
            jsonPath(scale, at, "specReplicasPath", ".spec.");
            jsonPath(scale, at, "statusReplicasPath", ".status.");
        });
    }

    private void jsonPath(ObjectView scale, FieldPath path, String field, String prefix) {
        String text = scale.text(field);
        if (text.isEmpty()) {
            check.required(path.child(field));
        } else if (!text.startsWith(prefix)) {
            check.invalid(
                    path.child(field), text, "should be a json path under " + prefix.substring(0, prefix.length() - 1));
        }
    }

    private void conversion(ObjectView conversion, FieldPath path) {
        check.oneOf(conversion, path, "strategy", List.of("None", "Webhook"));
        boolean webhook = conversion.text("strategy").equals("Webhook");
        if (!webhook) {
            if (conversion.at("webhook").isPresent()) {
                check.forbidden(path.child("webhook"), "should not be set when strategy is not set to Webhook");
            }
            return;
        }
        ObjectView settings = new ObjectView(conversion.object("webhook"));
        FieldPath at = path.child("webhook");
        if (settings.at("clientConfig").isEmpty()) {
            check.required(at.child("clientConfig"), "required when strategy is set to Webhook");
        } else {
            WebhookClientRules.check(check, new ObjectView(settings.object("clientConfig")), at.child("clientConfig"));
        }
        if (settings.array("conversionReviewVersions").isEmpty()) {
            check.required(at.child("conversionReviewVersions"));
        }
    }

    /** What names objects that may be stored already does not change. */
    static void changes(Check check, ObjectView now, ObjectView old) {
        String[][] fields = {{"group"}, {"names", "plural"}, {"scope"}, {"names", "kind"}};
        boolean established = old.items("status", "conditions").stream()
                .anyMatch(each -> each.text("type").equals("Established")
                        && each.text("status").equals("True"));
        for (int i = 0; i < fields.length; i++) {
            String[] field = fields[i];
            String after = new ObjectView(now.object("spec")).text(field);
            String before = new ObjectView(old.object("spec")).text(field);
            boolean frozen = i < 2 || established;
            if (frozen && !after.equals(before)) {
                FieldPath path = SPEC;
                for (String step : field) {
                    path = path.child(step);
                }
                check.invalid(path, after, Check.IMMUTABLE);
            }
        }
    }
}
