package io.coxswain.kinds.storage;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.rules.Check;
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
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code storage.k8s.io/v1 CSIDriver}: what a driver wants of the cluster. */
@ApplicationScoped
public class CsiDriverKind extends ClusterKind {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final List<String> GROUP_POLICIES = List.of("File", "None", "ReadWriteOnceWithFSType");
    private static final List<String> MODES = List.of("Ephemeral", "Persistent");
    private static final long LEAST_TOKEN_SECONDS = 600;
    private static final long MOST_TOKEN_SECONDS = 1L << 32;
    private static final long LEAST_UPDATE_SECONDS = 10;

    public CsiDriverKind() {
        super(ResourceNames.of("storage.k8s.io", "v1", "CSIDriver", "csidrivers"));
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public boolean tracksGeneration() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject driver) {
        return TreeEditor.edit(
                driver,
                editor -> editor.editField("spec", spec -> {
                    spec.setDefault("attachRequired", true)
                            .setDefault("podInfoOnMount", false)
                            .setDefault("storageCapacity", false)
                            .setDefault("fsGroupPolicy", "ReadWriteOnceWithFSType")
                            .setDefault("requiresRepublish", false)
                            .setDefault("seLinuxMount", false);
                    if (spec.array("volumeLifecycleModes").isEmpty()) {
                        spec.set("volumeLifecycleModes", JsonTrees.texts(List.of("Persistent")));
                    }
                }));
    }

    @Override
    public List<FieldError> validate(ObjectView driver) {
        Check check = new Check();
        StorageRules.driver(check, driver.name(), FieldPath.of("metadata", "name"));
        ObjectView spec = new ObjectView(driver.object("spec"));
        check.oneOfOrAbsent(spec, SPEC, "fsGroupPolicy", GROUP_POLICIES);
        List<String> modes = spec.strings("volumeLifecycleModes");
        modes.forEach(mode -> check.supported(SPEC.child("volumeLifecycleModes"), mode, MODES));
        Set<String> audiences = new HashSet<>();
        check.each(spec, SPEC, "tokenRequests", (request, at) -> {
            String audience = request.text("audience");
            if (!audiences.add(audience)) {
                check.duplicate(at.child("audience"), audience);
            }
            request.number("expirationSeconds").ifPresent(seconds -> {
                if (seconds < LEAST_TOKEN_SECONDS) {
                    check.invalid(
                            at.child("expirationSeconds"), seconds, "may not specify a duration less than 10 minutes");
                } else if (seconds > MOST_TOKEN_SECONDS) {
                    check.invalid(
                            at.child("expirationSeconds"),
                            seconds,
                            "may not specify a duration larger than 2^32 seconds");
                }
            });
        });
        spec.number("nodeAllocatableUpdatePeriodSeconds")
                .filter(seconds -> seconds < LEAST_UPDATE_SECONDS)
                .ifPresent(seconds -> check.invalid(
                        SPEC.child("nodeAllocatableUpdatePeriodSeconds"),
                        seconds,
                        "must be greater than or equal to 10 seconds"));
        return check.errors();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        for (String field : new String[] {"attachRequired", "volumeLifecycleModes"}) {
            if (!now.at("spec", field).equals(old.at("spec", field))) {
                check.invalid(SPEC.child(field), now.at("spec", field).orElse(JsonValue.NULL), Check.IMMUTABLE);
            }
        }
        return check.errors();
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                new TableColumn("AttachRequired", "boolean", "", "", 0),
                new TableColumn("PodInfoOnMount", "boolean", "", "", 0),
                new TableColumn("StorageCapacity", "boolean", "", "", 0),
                TableColumn.text("TokenRequests"),
                new TableColumn("RequiresRepublish", "boolean", "", "", 0),
                TableColumn.text("Modes"),
                TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView driver, Instant now) {
        List<String> audiences = driver.items("spec", "tokenRequests").stream()
                .map(request -> request.text("audience"))
                .toList();
        return Cells.named(driver, now)
                .flag(driver.flag("spec", "attachRequired").orElse(true))
                .flag(driver.flag("spec", "podInfoOnMount").orElse(false))
                .flag(driver.flag("spec", "storageCapacity").orElse(false))
                .text(audiences.isEmpty() ? "<unset>" : String.join(",", audiences))
                .flag(driver.flag("spec", "requiresRepublish").orElse(false))
                .textOrNone(String.join(",", driver.strings("spec", "volumeLifecycleModes")))
                .age()
                .list();
    }
}
