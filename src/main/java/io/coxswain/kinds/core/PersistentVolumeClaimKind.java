package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.claim.ClaimDefaults;
import io.coxswain.kinds.claim.ClaimRules;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.ResourceRules;
import io.coxswain.kinds.rules.TreeDifference;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import io.coxswain.meta.quantity.Quantity;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code v1 PersistentVolumeClaim}. */
@ApplicationScoped
public class PersistentVolumeClaimKind extends NamespacedKind {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final String[] STORAGE = {"resources", "requests", "storage"};
    private static final String CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";
    private static final String IMMUTABLE_SPEC = "spec is immutable after creation except resources.requests and"
            + " volumeAttributesClassName for bound claims\n";

    public PersistentVolumeClaimKind() {
        super(ResourceNames.of("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims")
                .shortNames("pvc"));
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject claim) {
        return TreeEditor.edit(claim, editor -> {
            editor.editField("spec", ClaimDefaults::ofSpec);
            editor.editOrCreate("status", status -> status.setDefault("phase", "Pending"));
        });
    }

    @Override
    public JsonObject prepareForCreate(JsonObject claim) {
        return JsonTrees.set(claim, TreeEditor.create().set("phase", "Pending").build(), "status");
    }

    @Override
    public List<FieldError> validate(ObjectView claim) {
        Check check = new Check();
        ClaimRules.checkSpec(check, new ObjectView(claim.object("spec")), SPEC);
        return check.errors();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        ObjectView after = new ObjectView(now.object("spec"));
        ObjectView before = new ObjectView(old.object("spec"));
        boolean bound = now.text("status", "phase").equals("Bound");
        JsonObject left = TreeEditor.edit(after.json(), spec -> {
            if (before.text("volumeName").isEmpty()) {
                restore(spec, before, "volumeName");
            }
            if (before.at("storageClassName").isEmpty() && !old.annotations().containsKey(CLASS_ANNOTATION)) {
                restore(spec, before, "storageClassName");
            }
            if (bound && before.at(STORAGE).isPresent()) {
                spec.editField(
                        "resources",
                        resources -> resources.editField(
                                "requests", requests -> restore(requests, requests(before), "storage")));
            }
            restore(spec, before, "volumeAttributesClassName");
        });
        List<String> differences = TreeDifference.lines("spec", before.json(), left);
        if (!differences.isEmpty()) {
            check.forbidden(SPEC, IMMUTABLE_SPEC + String.join("\n", differences));
        }
        size(check, after, before, old);
        if (!after.text("volumeMode").equals(before.text("volumeMode"))) {
            check.invalid(SPEC.child("volumeMode"), after.at("volumeMode").orElse(JsonValue.NULL), Check.IMMUTABLE);
        }
        attributesClass(check, after, before);
        return check.errors();
    }

    private static ObjectView requests(ObjectView spec) {
        return new ObjectView(spec.object("resources", "requests"));
    }

    private static void restore(TreeEditor editor, ObjectView old, String field) {
        old.at(field).ifPresentOrElse(value -> editor.set(field, value), () -> editor.remove(field));
    }

    /** A claim may ask for less again only as long as nothing has been made larger for it. */
    private static void size(Check check, ObjectView after, ObjectView before, ObjectView old) {
        Optional<Quantity> now = ResourceRules.parse(after.text(STORAGE));
        Optional<Quantity> was = ResourceRules.parse(before.text(STORAGE));
        if (now.isEmpty() || was.isEmpty() || now.get().compareTo(was.get()) >= 0) {
            return;
        }
        boolean tooSmall = ResourceRules.parse(old.text("status", "capacity", "storage"))
                .map(capacity -> now.get().compareTo(capacity) <= 0)
                .orElse(false);
        if (tooSmall) {
            check.forbidden(
                    SPEC.child("resources").child("requests").child("storage"),
                    "field can not be less than status.capacity");
        }
    }

    private static void attributesClass(Check check, ObjectView after, ObjectView before) {
        FieldPath path = SPEC.child("volumeAttributesClassName");
        if (before.at("volumeAttributesClassName").isEmpty()) {
            return;
        }
        if (after.at("volumeAttributesClassName").isEmpty()) {
            check.forbidden(path, "update from non-nil value to nil is forbidden");
        } else if (after.text("volumeAttributesClassName").isEmpty()
                && !before.text("volumeAttributesClassName").isEmpty()) {
            check.forbidden(path, "update from non-nil value to an empty string is forbidden");
        }
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        FieldPath path = FieldPath.of("status");
        if (now.array("spec", "accessModes").isEmpty()) {
            check.required(SPEC.child("accessModes"));
        }
        Map<String, Quantity> amounts = ResourceRules.amounts(now, "status", "capacity");
        amounts.forEach((name, amount) ->
                ResourceRules.checkAmount(check, path.child("capacity").key(name), name, amount));
        return check.errors();
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.text("Status"),
                TableColumn.text("Volume"),
                TableColumn.text("Capacity"),
                TableColumn.text("Access Modes"),
                TableColumn.text("StorageClass"),
                TableColumn.text("VolumeAttributesClass"),
                TableColumn.text("Age"),
                TableColumn.text("VolumeMode").wide());
    }

    @Override
    public List<JsonValue> cells(ObjectView claim, Instant now) {
        boolean bound = !claim.text("spec", "volumeName").isEmpty();
        String phase = claim.isBeingDeleted() ? "Terminating" : claim.text("status", "phase");
        return Cells.named(claim, now)
                .text(phase)
                .text(claim.text("spec", "volumeName"))
                .text(bound ? claim.text("status", "capacity", "storage") : "")
                .text(bound ? ClaimRules.shortModes(claim.strings("status", "accessModes")) : "")
                .text(storageClass(claim))
                .text(
                        claim.at("spec", "volumeAttributesClassName").isPresent()
                                ? claim.text("spec", "volumeAttributesClassName")
                                : "<unset>")
                .age()
                .text(claim.at("spec", "volumeMode").isPresent() ? claim.text("spec", "volumeMode") : "<unset>")
                .list();
    }

    /** The class of a volume or claim, which the oldest ones have in an annotation. */
    static String storageClass(ObjectView object) {
        String old = object.annotations().getOrDefault(CLASS_ANNOTATION, "");
        return old.isEmpty() ? object.text("spec", "storageClassName") : old;
    }
}
