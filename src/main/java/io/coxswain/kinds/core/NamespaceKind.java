package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import io.coxswain.meta.validation.Names;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code v1 Namespace}. Its life ends in two steps: a deletion sets the phase Terminating, and the object stays as long as
 * {@code spec.finalizers} has entries, which only {@code /finalize} can take out.
 */
@ApplicationScoped
public class NamespaceKind extends ClusterKind {
    /** The finalizer that the namespace controller removes once the namespace is empty. */
    public static final String FINALIZER = "kubernetes";

    private static final String NAME_LABEL = "kubernetes.io/metadata.name";
    private static final Set<String> VERBS = Set.of("create", "delete", "get", "list", "patch", "update", "watch");

    public NamespaceKind() {
        super(ResourceNames.of("", "v1", "Namespace", "namespaces").shortNames("ns"));
    }

    @Override
    public Set<String> verbs() {
        return VERBS;
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public List<String> validateName(String name, boolean prefix) {
        return Names.dns1123Label(name, prefix);
    }

    @Override
    public JsonObject defaults(JsonObject namespace) {
        return TreeEditor.edit(namespace, editor -> {
            String name = new ObjectView(namespace).name();
            if (!name.isEmpty()) {
                editor.editField(
                        "metadata",
                        metadata -> metadata.editOrCreate("labels", labels -> labels.set(NAME_LABEL, name)));
            }
            editor.editOrCreate("spec", spec -> {})
                    .editOrCreate("status", status -> status.setDefault("phase", "Active"));
        });
    }

    @Override
    public JsonObject prepareForCreate(JsonObject namespace) {
        return TreeEditor.edit(namespace, editor -> {
            editor.set("status", TreeEditor.create().set("phase", "Active").build());
            editor.editOrCreate("spec", spec -> {
                JsonValue finalizer = JsonTrees.text(FINALIZER);
                if (!spec.array("finalizers").contains(finalizer)) {
                    spec.append("finalizers", finalizer);
                }
            });
        });
    }

    @Override
    public JsonObject prepareForUpdate(JsonObject now, JsonObject old) {
        return withSpecFinalizers(now, old);
    }

    @Override
    public JsonObject prepareForStatusUpdate(JsonObject now, JsonObject old) {
        return withSpecFinalizers(now, old);
    }

    private static JsonObject withSpecFinalizers(JsonObject now, JsonObject old) {
        JsonObject spec = old.get("spec") instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT;
        JsonValue finalizers = spec.get("finalizers");
        return finalizers == null
                ? JsonTrees.remove(now, "spec", "finalizers")
                : JsonTrees.set(now, finalizers, "spec", "finalizers");
    }

    @Override
    public boolean holdsDeletion(ObjectView namespace) {
        return !namespace.array("spec", "finalizers").isEmpty();
    }

    @Override
    public JsonObject prepareForDelete(JsonObject namespace) {
        return JsonTrees.set(namespace, JsonTrees.text("Terminating"), "status", "phase");
    }

    @Override
    public List<FieldError> validate(ObjectView namespace) {
        return validateFinalizers(namespace);
    }

    static List<FieldError> validateFinalizers(ObjectView namespace) {
        List<FieldError> errors = new ArrayList<>();
        int i = 0;
        for (JsonValue value : namespace.array("spec", "finalizers")) {
            FieldPath path = FieldPath.of("spec", "finalizers").index(i++);
            String name = value instanceof JsonString text ? text.getString() : "";
            if (!name.equals(FINALIZER) && !name.contains("/")) {
                errors.add(FieldError.invalid(
                        path, name, "name is neither a standard finalizer name nor is it fully qualified"));
            }
        }
        return errors;
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectView now, ObjectView old) {
        String phase = now.text("status", "phase");
        if (!now.isBeingDeleted() && !phase.equals("Active")) {
            return List.of(FieldError.invalid(
                    FieldPath.of("status", "Phase"), phase, "may only be 'Active' if `deletionTimestamp` is empty"));
        }
        if (now.isBeingDeleted() && !phase.equals("Terminating")) {
            return List.of(FieldError.invalid(
                    FieldPath.of("status", "Phase"),
                    phase,
                    "may only be 'Terminating' if `deletionTimestamp` is not empty"));
        }
        return List.of();
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(TableColumn.nameColumn(), TableColumn.text("Status"), TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView namespace, Instant now) {
        return Cells.named(namespace, now)
                .text(namespace.text("status", "phase"))
                .age()
                .list();
    }

    @Override
    public Set<String> selectableFields() {
        return Set.of("status.phase", "name");
    }

    @Override
    public Map<String, String> fieldValues(ObjectView namespace) {
        return Map.of("status.phase", namespace.text("status", "phase"), "name", namespace.name());
    }
}
