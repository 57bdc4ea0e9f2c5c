package io.coxswain.kinds.resource;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.NotYetEffective;
import io.coxswain.kinds.rules.Check;
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

/** {@code resource.k8s.io/v1 ResourceClaim}. */
@ApplicationScoped
public class ResourceClaimKind extends NamespacedKind implements NotYetEffective {
    private static final FieldPath SPEC = FieldPath.of("spec");

    public ResourceClaimKind() {
        super(ResourceNames.of("resource.k8s.io", "v1", "ResourceClaim", "resourceclaims"));
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
            editor.editField("spec", DeviceRules::defaults);
            editor.editOrCreate("status", status -> {});
        });
    }

    @Override
    public JsonObject prepareForCreate(JsonObject claim) {
        return JsonTrees.set(claim, JsonValue.EMPTY_JSON_OBJECT, "status");
    }

    @Override
    public List<FieldError> validate(ObjectView claim) {
        Check check = new Check();
        DeviceRules.check(check, new ObjectView(claim.object("spec")), SPEC);
        return check.errors();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        return TreeDifference.isNone(old.object("spec"), now.object("spec"))
                ? List.of()
                : List.of(FieldError.invalid(SPEC, now.object("spec"), Check.IMMUTABLE));
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        FieldPath path = FieldPath.of("status");
        boolean allocated = now.at("status", "allocation").isPresent();
        int users = now.array("status", "reservedFor").size();
        if (users > 256) {
            check.add(FieldError.tooMany(path.child("reservedFor"), users, 256));
        }
        if (users > 0 && !allocated) {
            check.forbidden(path.child("reservedFor"), "may not be specified when `allocated` is not set");
        }
        if (allocated
                && old.at("status", "allocation").isPresent()
                && !now.object("status", "allocation").equals(old.object("status", "allocation"))) {
            check.invalid(path.child("allocation"), now.object("status", "allocation"), Check.IMMUTABLE);
        }
        return check.errors();
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(TableColumn.nameColumn(), TableColumn.text("State"), TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView claim, Instant now) {
        List<String> states = new ArrayList<>();
        if (claim.isBeingDeleted()) {
            states.add("deleted");
        }
        if (claim.at("status", "allocation").isEmpty()) {
            if (states.isEmpty()) {
                states.add("pending");
            }
        } else {
            states.add("allocated");
            states.add(claim.array("status", "reservedFor").isEmpty() ? "" : "reserved");
        }
        states.removeIf(String::isEmpty);
        return Cells.named(claim, now).text(String.join(",", states)).age().list();
    }
}
