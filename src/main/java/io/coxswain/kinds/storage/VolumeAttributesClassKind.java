package io.coxswain.kinds.storage;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;

/** {@code storage.k8s.io/v1 VolumeAttributesClass}: what may change in a volume while it is in use. */
@ApplicationScoped
public class VolumeAttributesClassKind extends ClusterKind {
    public VolumeAttributesClassKind() {
        super(ResourceNames.of("storage.k8s.io", "v1", "VolumeAttributesClass", "volumeattributesclasses")
                .shortNames("vac"));
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public List<FieldError> validate(ObjectView object) {
        Check check = new Check();
        StorageRules.provisioner(check, object.text("driverName"), FieldPath.of("driverName"));
        StorageRules.parameters(check, object, FieldPath.of("parameters"), true);
        return check.errors();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        if (!now.text("driverName").equals(old.text("driverName"))) {
            check.forbidden(FieldPath.of("driverName"), "updates to driverName are forbidden.");
        }
        if (!now.object("parameters").equals(old.object("parameters"))) {
            check.forbidden(FieldPath.of("parameters"), "updates to parameters are forbidden.");
        }
        return check.errors();
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(TableColumn.nameColumn(), TableColumn.text("DriverName"), TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView object, Instant now) {
        return Cells.named(object, now).text(object.text("driverName")).age().list();
    }
}
