package io.coxswain.kinds.scheduling;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** {@code scheduling.k8s.io/v1 PriorityClass}. */
@ApplicationScoped
public class PriorityClassKind extends ClusterKind {
    /** The highest value that a class of the user's own may have. */
    static final long HIGHEST_USER_PRIORITY = 1_000_000_000L;

    private static final String SYSTEM_PREFIX = "system-";
    private static final List<String> SYSTEM_CLASSES = List.of("system-node-critical", "system-cluster-critical");
    private static final List<String> POLICIES = List.of("Never", "PreemptLowerPriority");

    public PriorityClassKind() {
        super(ResourceNames.of("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses")
                .shortNames("pc"));
    }

    @Override
    public JsonObject defaults(JsonObject priorityClass) {
        return TreeEditor.edit(
                priorityClass,
                editor -> editor.setDefault("preemptionPolicy", "PreemptLowerPriority")
                        .setDefault("value", 0));
    }

    @Override
    public List<FieldError> validate(ObjectView priorityClass) {
        List<FieldError> errors = new ArrayList<>();
        long value = priorityClass.number("value").orElse(0L);
        String name = priorityClass.name();
        if (name.startsWith(SYSTEM_PREFIX)) {
            if (!SYSTEM_CLASSES.contains(name)) {
                errors.add(FieldError.forbidden(
                        FieldPath.of("metadata", "name"),
                        "priority class names with 'system-' prefix are reserved for system use only. error: " + name
                                + " is not a known system priority class"));
            }
        } else if (value > HIGHEST_USER_PRIORITY) {
            errors.add(FieldError.forbidden(
                    FieldPath.of("value"),
                    "maximum allowed value of a user defined priority is " + HIGHEST_USER_PRIORITY));
        }
        String policy = priorityClass.text("preemptionPolicy");
        if (!POLICIES.contains(policy)) {
            errors.add(FieldError.notSupported(
                    FieldPath.of("preemptionPolicy"), policy, List.of("PreemptLowerPriority", "Never")));
        }
        return errors;
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        List<FieldError> errors = new ArrayList<>();
        if (!now.number("value").equals(old.number("value"))) {
            errors.add(FieldError.forbidden(FieldPath.of("value"), "may not be changed in an update."));
        }
        String policy = now.text("preemptionPolicy");
        if (!policy.equals(old.text("preemptionPolicy"))) {
            errors.add(FieldError.invalid(FieldPath.of("preemptionPolicy"), policy, "field is immutable"));
        }
        return errors;
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.number("Value"),
                new TableColumn("Global-Default", "boolean", "", "", 0),
                TableColumn.text("Age"),
                TableColumn.text("PreemptionPolicy"));
    }

    @Override
    public List<JsonValue> cells(ObjectView priorityClass, Instant now) {
        return Cells.named(priorityClass, now)
                .number(priorityClass.number("value").orElse(0L))
                .flag(priorityClass.flag("globalDefault").orElse(false))
                .age()
                .text(priorityClass.text("preemptionPolicy"))
                .list();
    }
}
