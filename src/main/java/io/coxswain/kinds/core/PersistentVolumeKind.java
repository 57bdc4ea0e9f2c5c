package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.claim.ClaimRules;
import io.coxswain.kinds.podspec.PodSpecValidation;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.ResourceRules;
import io.coxswain.kinds.rules.TreeDifference;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** {@code v1 PersistentVolume}. */
@ApplicationScoped
public class PersistentVolumeKind extends ClusterKind {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final List<String> RECLAIM_POLICIES = List.of("Delete", "Recycle", "Retain");

    public PersistentVolumeKind() {
        super(ResourceNames.of("", "v1", "PersistentVolume", "persistentvolumes")
                .shortNames("pv"));
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
    public JsonObject defaults(JsonObject volume) {
        return TreeEditor.edit(volume, editor -> {
            editor.editField("spec", PersistentVolumeKind::specDefaults);
            editor.editOrCreate("status", status -> status.setDefault("phase", "Pending"));
        });
    }

    private static void specDefaults(TreeEditor spec) {
        spec.setDefault("persistentVolumeReclaimPolicy", "Retain").setDefault("volumeMode", "Filesystem");
        spec.editField("hostPath", path -> path.setDefault("type", ""));
        spec.editField("iscsi", iscsi -> iscsi.setDefault("iscsiInterface", "default"));
        spec.editField(
                "rbd",
                rbd -> rbd.setDefault("pool", "rbd")
                        .setDefault("user", "admin")
                        .setDefault("keyring", "/etc/ceph/keyring"));
        spec.editField(
                "azureDisk",
                disk -> disk.setDefault("cachingMode", "ReadWrite")
                        .setDefault("kind", "Shared")
                        .setDefault("fsType", "ext4")
                        .setDefault("readOnly", false));
        spec.editField(
                "scaleIO",
                scaleIo -> scaleIo.setDefault("storageMode", "ThinProvisioned").setDefault("fsType", "xfs"));
    }

    @Override
    public JsonObject prepareForCreate(JsonObject volume) {
        TreeEditor status = TreeEditor.create().set("phase", "Pending");
        String created = new ObjectView(volume).text("metadata", "creationTimestamp");
        if (!created.isEmpty()) {
            status.set("lastPhaseTransitionTime", created);
        }
        return JsonTrees.set(volume, status.build(), "status");
    }

    @Override
    public List<FieldError> validate(ObjectView volume) {
        Check check = new Check();
        ObjectView spec = new ObjectView(volume.object("spec"));
        ClaimRules.accessModes(check, spec, SPEC, "");
        FieldPath capacity = SPEC.child("capacity");
        if (spec.object("capacity").isEmpty()) {
            check.required(capacity);
        } else if (spec.object("capacity").size() > 1
                || spec.at("capacity", "storage").isEmpty()) {
            check.add(FieldError.notSupported(capacity, spec.object("capacity"), List.of("storage")));
        }
        ResourceRules.amounts(spec, "capacity")
                .forEach((name, amount) -> ClaimRules.positive(check, capacity.key(name), amount));
        check.oneOfOrAbsent(spec, SPEC, "persistentVolumeReclaimPolicy", RECLAIM_POLICIES);
        nodeAffinity(check, spec);
        VolumeSourceRules.check(check, spec, SPEC);
        boolean root = spec.text("hostPath", "path").equals("/");
        if (root && spec.text("persistentVolumeReclaimPolicy").equals("Recycle")) {
            check.forbidden(
                    SPEC.child("persistentVolumeReclaimPolicy"), "may not be 'recycle' for a hostPath mount of '/'");
        }
        ClaimRules.className(check, spec, SPEC, "storageClassName");
        check.oneOfOrAbsent(spec, SPEC, "volumeMode", ClaimRules.VOLUME_MODES);
        attributesClass(check, spec);
        return check.errors();
    }

    private static void nodeAffinity(Check check, ObjectView spec) {
        FieldPath path = SPEC.child("nodeAffinity");
        if (spec.at("local").isPresent() && spec.at("nodeAffinity").isEmpty()) {
            check.required(path, "Local volume requires node affinity");
        }
        check.in(spec, SPEC, "nodeAffinity", (affinity, at) -> {
            if (affinity.at("required").isEmpty()) {
                check.required(at.child("required"), "must specify required node constraints");
            }
            check.in(
                    affinity,
                    at,
                    "required",
                    (selector, required) -> PodSpecValidation.nodeSelector(check, selector, required));
        });
    }

    private static void attributesClass(Check check, ObjectView spec) {
        if (spec.at("volumeAttributesClassName").isEmpty()) {
            return;
        }
        FieldPath path = SPEC.child("volumeAttributesClassName");
        if (spec.text("volumeAttributesClassName").isEmpty()) {
            check.required(path, "an empty string is disallowed");
        }
        ClaimRules.className(check, spec, SPEC, "volumeAttributesClassName");
        if (spec.at("csi").isEmpty()) {
            check.required(SPEC.child("csi"), "has to be specified when using volumeAttributesClassName");
        }
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        ObjectView after = new ObjectView(now.object("spec"));
        ObjectView before = new ObjectView(old.object("spec"));
        List<String> differences = new ArrayList<>();
        for (String source : VolumeSourceRules.SOURCES) {
            differences.addAll(TreeDifference.lines(
                    source,
                    before.at(source).orElse(JsonValue.NULL),
                    after.at(source).orElse(JsonValue.NULL)));
        }
        if (!differences.isEmpty()) {
            check.forbidden(
                    SPEC.child("persistentvolumesource"),
                    "spec.persistentvolumesource is immutable after creation\n" + String.join("\n", differences));
        }
        if (!after.text("volumeMode").equals(before.text("volumeMode"))) {
            check.invalid(SPEC.child("volumeMode"), after.at("volumeMode").orElse(JsonValue.NULL), Check.IMMUTABLE);
        }
        if (before.at("nodeAffinity").isPresent() && !after.at("nodeAffinity").equals(before.at("nodeAffinity"))) {
            check.invalid(SPEC.child("nodeAffinity"), after.at("nodeAffinity").orElse(JsonValue.NULL), Check.IMMUTABLE);
        }
        return check.errors();
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectView now, ObjectView old) {
        return now.resourceVersion().isEmpty()
                ? List.of(FieldError.required(FieldPath.of("resourceVersion"), ""))
                : List.of();
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.text("Capacity"),
                TableColumn.text("Access Modes"),
                TableColumn.text("Reclaim Policy"),
                TableColumn.text("Status"),
                TableColumn.text("Claim"),
                TableColumn.text("StorageClass"),
                TableColumn.text("VolumeAttributesClass"),
                TableColumn.text("Reason"),
                TableColumn.text("Age"),
                TableColumn.text("VolumeMode").wide());
    }

    @Override
    public List<JsonValue> cells(ObjectView volume, Instant now) {
        ObjectView claim = new ObjectView(volume.object("spec", "claimRef"));
        String user = claim.json().isEmpty() ? "" : claim.text("namespace") + "/" + claim.text("name");
        return Cells.named(volume, now)
                .text(volume.text("spec", "capacity", "storage"))
                .text(ClaimRules.shortModes(volume.strings("spec", "accessModes")))
                .text(volume.text("spec", "persistentVolumeReclaimPolicy"))
                .text(volume.isBeingDeleted() ? "Terminating" : volume.text("status", "phase"))
                .text(user)
                .text(PersistentVolumeClaimKind.storageClass(volume))
                .text(
                        volume.at("spec", "volumeAttributesClassName").isPresent()
                                ? volume.text("spec", "volumeAttributesClassName")
                                : "<unset>")
                .text(volume.text("status", "reason"))
                .age()
                .text(volume.at("spec", "volumeMode").isPresent() ? volume.text("spec", "volumeMode") : "<unset>")
                .list();
    }
}
