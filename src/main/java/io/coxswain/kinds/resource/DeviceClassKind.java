package io.coxswain.kinds.resource;

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
import java.util.List;

/** {@code resource.k8s.io/v1 DeviceClass}: a kind of device, by the name that claims use. */
@ApplicationScoped
public class DeviceClassKind extends ClusterKind {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final int MOST_CONFIGURATIONS = 32;

    public DeviceClassKind() {
        super(ResourceNames.of("resource.k8s.io", "v1", "DeviceClass", "deviceclasses"));
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
    public JsonObject defaults(JsonObject deviceClass) {
        return TreeEditor.edit(deviceClass, editor -> editor.editOrCreate("spec", spec -> {}));
    }

    @Override
    public List<FieldError> validate(ObjectView deviceClass) {
        Check check = new Check();
        ObjectView spec = new ObjectView(deviceClass.object("spec"));
        DeviceRules.selectors(check, spec, SPEC);
        int configurations = spec.array("config").size();
        if (configurations > MOST_CONFIGURATIONS) {
            check.add(FieldError.tooMany(SPEC.child("config"), configurations, MOST_CONFIGURATIONS));
        }
        check.each(spec, SPEC, "config", (config, at) -> {
            if (config.at("opaque").isEmpty()) {
                check.required(at.child("opaque"));
            }
            check.in(config, at, "opaque", (opaque, one) -> DeviceRules.opaque(check, opaque, one));
        });
        return check.errors();
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(TableColumn.nameColumn(), TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView deviceClass, Instant now) {
        return Cells.named(deviceClass, now).age().list();
    }
}
