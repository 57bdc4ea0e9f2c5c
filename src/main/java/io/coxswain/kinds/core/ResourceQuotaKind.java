package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code v1 ResourceQuota}. */
@ApplicationScoped
public class ResourceQuotaKind extends NamespacedKind {
    public ResourceQuotaKind() {
        super(ResourceNames.of("", "v1", "ResourceQuota", "resourcequotas").shortNames("quota"));
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject quota) {
        return TreeEditor.edit(
                quota, editor -> editor.editOrCreate("spec", spec -> {}).editOrCreate("status", status -> {}));
    }

    @Override
    public JsonObject prepareForCreate(JsonObject quota) {
        return TreeEditor.with(quota, JsonValue.EMPTY_JSON_OBJECT, "status");
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.text("Request"),
                TableColumn.text("Limit"),
                TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView quota, Instant now) {
        Map<String, String> used = quota.texts("status", "used");
        List<String> requests = new ArrayList<>();
        List<String> limits = new ArrayList<>();
        new TreeMap<>(quota.texts("status", "hard")).forEach((resource, hard) -> {
            String entry = resource + ": " + used.getOrDefault(resource, "0") + "/" + hard;
            (resource.startsWith("limits.") ? limits : requests).add(entry);
        });
        return Cells.named(quota, now)
                .text(String.join(", ", requests))
                .text(String.join(", ", limits))
                .age()
                .list();
    }
}
