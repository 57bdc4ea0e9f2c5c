package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.Names;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** {@code v1 ConfigMap}. */
@ApplicationScoped
public class ConfigMapKind extends NamespacedKind {
    public ConfigMapKind() {
        super(ResourceNames.of("", "v1", "ConfigMap", "configmaps").shortNames("cm"));
    }

    @Override
    public List<FieldError> validate(ObjectView map) {
        Check check = new Check();
        Map<String, String> texts = map.texts("data");
        Map<String, String> bytes = map.texts("binaryData");
        long size = 0;
        for (Map.Entry<String, String> entry : texts.entrySet()) {
            FieldPath path = FieldPath.of("data").key(entry.getKey());
            check.invalid(path, entry.getKey(), Names.configMapKey(entry.getKey()));
            if (bytes.containsKey(entry.getKey())) {
                check.invalid(path, entry.getKey(), "duplicate of key present in binaryData");
            }
            size += DataRules.utf8Length(entry.getValue());
        }
        for (Map.Entry<String, String> entry : bytes.entrySet()) {
            check.invalid(
                    FieldPath.of("binaryData").key(entry.getKey()), entry.getKey(), Names.configMapKey(entry.getKey()));
            size += DataRules.decodedLength(entry.getValue());
        }
        if (size > DataRules.MAX_SIZE) {
            check.add(FieldError.tooLong(FieldPath.of("[]"), DataRules.MAX_SIZE));
        }
        return check.errors();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        return DataRules.immutable(now, old, "data", "binaryData");
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
