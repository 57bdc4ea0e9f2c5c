package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;

/** {@code v1 ConfigMap}. */
@ApplicationScoped
public class ConfigMapKind extends NamespacedKind {
    public ConfigMapKind() {
        super(ResourceNames.of("", "v1", "ConfigMap", "configmaps").shortNames("cm"));
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(TableColumn.nameColumn(), TableColumn.text("Data"), TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView map, Instant now) {
        int entries = map.object("data").size() + map.object("binaryData").size();
        return Cells.named(map, now).number(entries).age().list();
    }
}
