package io.coxswain.kinds.rbac;

import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import io.coxswain.meta.validation.Names;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;

/** What roles and bindings have in common, in a namespace or not. */
final class RbacRules {
    static final String GROUP = "rbac.authorization.k8s.io";
    static final List<TableColumn> BINDING_COLUMNS = List.of(
            TableColumn.nameColumn(),
            TableColumn.text("Role"),
            TableColumn.text("Age"),
            TableColumn.text("Users").wide(),
            TableColumn.text("Groups").wide(),
            TableColumn.text("ServiceAccounts").wide());

    private RbacRules() {}

    static JsonObject bindingDefaults(JsonObject binding) {
        return TreeEditor.edit(binding, editor -> {
            editor.editField("roleRef", reference -> reference.setDefault("apiGroup", GROUP));
            editor.editItems("subjects", subject -> {
                if (subject.text("kind").equals("User") || subject.text("kind").equals("Group")) {
                    subject.setDefault("apiGroup", GROUP);
                }
            });
        });
    }

    static List<FieldError> ruleFaults(ObjectView role, boolean namespaced) {
        Check check = new Check();
        int i = 0;
        for (ObjectView rule : role.items("rules")) {
            rule(check, rule, FieldPath.of("rules").index(i++), namespaced);
        }
        return check.errors();
    }

    private static void rule(Check check, ObjectView rule, FieldPath path, boolean namespaced) {
        if (rule.array("verbs").isEmpty()) {
            check.required(path.child("verbs"), "verbs must contain at least one value");
        }
        if (!rule.array("nonResourceURLs").isEmpty()) {
            FieldPath urls = path.child("nonResourceURLs");
            if (namespaced) {
                check.invalid(
                        urls, rule.array("nonResourceURLs"), "namespaced rules cannot apply to non-resource URLs");
            }
            boolean resources = !rule.array("apiGroups").isEmpty()
                    || !rule.array("resources").isEmpty()
                    || !rule.array("resourceNames").isEmpty();
            if (resources) {
                check.invalid(
                        urls,
                        rule.array("nonResourceURLs"),
                        "rules cannot apply to both regular resources and non-resource URLs");
            }
            return;
        }
        if (rule.array("apiGroups").isEmpty()) {
            check.required(path.child("apiGroups"), "resource rules must supply at least one api group");
        }
        if (rule.array("resources").isEmpty()) {
            check.required(path.child("resources"), "resource rules must supply at least one resource");
        }
    }

    static List<FieldError> bindingFaults(ObjectView binding, boolean namespaced) {
        Check check = new Check();
        FieldPath path = FieldPath.of("roleRef");
        ObjectView reference = new ObjectView(binding.object("roleRef"));
        check.supported(path.child("apiGroup"), reference.text("apiGroup"), List.of(GROUP));
        check.supported(
                path.child("kind"),
                reference.text("kind"),
                namespaced ? List.of("Role", "ClusterRole") : List.of("ClusterRole"));
        check.nonEmpty(
                reference, path, "name", name -> check.invalid(path.child("name"), name, Names.pathSegment(name)));
        int i = 0;
        for (ObjectView subject : binding.items("subjects")) {
            subject(check, subject, FieldPath.of("subjects").index(i++), namespaced);
        }
        return check.errors();
    }

    private static void subject(Check check, ObjectView subject, FieldPath path, boolean namespaced) {
        String name = subject.text("name");
        check.nonEmpty(subject, path, "name", null);
        String kind = subject.text("kind");
        switch (kind) {
            case "ServiceAccount" -> {
                if (!name.isEmpty()) {
                    check.invalid(path.child("name"), name, Names.dns1123Subdomain(name));
                }
                check.supported(path.child("apiGroup"), subject.text("apiGroup"), List.of(""));
                if (!namespaced) {
                    check.nonEmpty(subject, path, "namespace", null);
                }
            }
            case "User", "Group" -> check.supported(path.child("apiGroup"), subject.text("apiGroup"), List.of(GROUP));
            default -> check.supported(path.child("kind"), kind, List.of("ServiceAccount", "User", "Group"));
        }
    }

    static List<FieldError> bindingChanges(ObjectView now, ObjectView old) {
        return now.object("roleRef").equals(old.object("roleRef"))
                ? List.of()
                : List.of(FieldError.invalid(FieldPath.of("roleRef"), now.object("roleRef"), "cannot change roleRef"));
    }

    static List<JsonValue> bindingCells(ObjectView binding, Instant now) {
        return Cells.named(binding, now)
                .text(binding.text("roleRef", "kind") + "/" + binding.text("roleRef", "name"))
                .age()
                .text(subjects(binding, "User"))
                .text(subjects(binding, "Group"))
                .text(subjects(binding, "ServiceAccount"))
                .list();
    }

    private static String subjects(ObjectView binding, String kind) {
        return String.join(
                ", ",
                binding.items("subjects").stream()
                        .filter(subject -> subject.text("kind").equals(kind))
                        .map(subject -> subject.text("namespace").isEmpty()
                                ? subject.text("name")
                                : subject.text("namespace") + "/" + subject.text("name"))
                        .toList());
    }
}
