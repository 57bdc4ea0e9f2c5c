package io.coxswain.kinds.storage;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code storage.k8s.io/v1 StorageClass}. */
@ApplicationScoped
public class StorageClassKind extends ClusterKind {
    /** Marks the class of claims that name none. */
    public static final String DEFAULT_ANNOTATION = "storageclass.kubernetes.io/is-default-class";

    /** The annotations of which either marks it. */
    public static final List<String> DEFAULT_ANNOTATIONS =
            List.of(DEFAULT_ANNOTATION, "storageclass.beta.kubernetes.io/is-default-class");

    private static final List<String> RECLAIM_POLICIES = List.of("Delete", "Retain");
    private static final List<String> BINDING_MODES = List.of("Immediate", "WaitForFirstConsumer");

    public StorageClassKind() {
        super(ResourceNames.of("storage.k8s.io", "v1", "StorageClass", "storageclasses")
                .shortNames("sc"));
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject storageClass) {
        return TreeEditor.edit(
                storageClass,
                editor -> editor.setDefault("reclaimPolicy", "Delete").setDefault("volumeBindingMode", "Immediate"));
    }

    @Override
    public List<FieldError> validate(ObjectView storageClass) {
        Check check = new Check();
        StorageRules.provisioner(check, storageClass.text("provisioner"), FieldPath.of("provisioner"));
        StorageRules.parameters(check, storageClass, FieldPath.of("parameters"), false);
        String policy = storageClass.text("reclaimPolicy");
        if (!policy.isEmpty()) {
            check.supported(FieldPath.of("reclaimPolicy"), policy, RECLAIM_POLICIES);
        }
        String mode = storageClass.text("volumeBindingMode");
        if (mode.isEmpty()) {
            check.required(FieldPath.of("volumeBindingMode"));
        } else {
            check.supported(FieldPath.of("volumeBindingMode"), mode, BINDING_MODES);
        }
        topologies(check, storageClass);
        return check.errors();
    }

    private static void topologies(Check check, ObjectView storageClass) {
        int i = 0;
        Set<JsonValue> terms = new HashSet<>();
        for (ObjectView term : storageClass.items("allowedTopologies")) {
            FieldPath at = FieldPath.of("allowedTopologies").index(i++);
            Set<String> keys = new HashSet<>();
            check.each(term, at, "matchLabelExpressions", (expression, one) -> {
                String key = expression.text("key");
                if (expression.array("values").isEmpty()) {
                    check.required(one.child("values"));
                }
                Set<JsonValue> values = new HashSet<>();
                int v = 0;
                for (JsonValue value : expression.array("values")) {
                    if (!values.add(value)) {
                        check.duplicate(one.child("values").index(v), value);
                    }
                    v++;
                }
                check.qualifiedName(one.child("key"), key);
                if (!keys.add(key)) {
                    check.duplicate(one.child("key"), key);
                }
            });
            if (!terms.add(term.json())) {
                check.duplicate(at.child("matchLabelExpressions"), "");
            }
        }
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        if (!now.object("parameters").equals(old.object("parameters"))) {
            check.forbidden(FieldPath.of("parameters"), "updates to parameters are forbidden.");
        }
        if (!now.text("provisioner").equals(old.text("provisioner"))) {
            check.forbidden(FieldPath.of("provisioner"), "updates to provisioner are forbidden.");
        }
        if (!now.text("reclaimPolicy").equals(old.text("reclaimPolicy"))) {
            check.forbidden(FieldPath.of("reclaimPolicy"), "updates to reclaimPolicy are forbidden.");
        }
        if (!now.text("volumeBindingMode").equals(old.text("volumeBindingMode"))) {
            check.invalid(FieldPath.of("volumeBindingMode"), now.text("volumeBindingMode"), Check.IMMUTABLE);
        }
        return check.errors();
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.text("Provisioner"),
                TableColumn.text("ReclaimPolicy"),
                TableColumn.text("VolumeBindingMode"),
                new TableColumn("AllowVolumeExpansion", "boolean", "", "", 0),
                TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView storageClass, Instant now) {
        boolean isDefault = DEFAULT_ANNOTATIONS.stream()
                .anyMatch(key -> "true".equals(storageClass.annotations().get(key)));
        String policy = storageClass.text("reclaimPolicy");
        return Cells.unnamed(storageClass, now)
                .text(storageClass.name() + (isDefault ? " (default)" : ""))
                .text(storageClass.text("provisioner"))
                .text(policy.isEmpty() ? "Delete" : policy)
                .text(
                        storageClass.at("volumeBindingMode").isPresent()
                                ? storageClass.text("volumeBindingMode")
                                : "<unset>")
                .flag(storageClass.flag("allowVolumeExpansion").orElse(false))
                .age()
                .list();
    }
}
