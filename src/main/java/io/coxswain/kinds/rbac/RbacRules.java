package io.coxswain.kinds.rbac;

import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
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
