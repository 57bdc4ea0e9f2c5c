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
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code v1 Secret}. What is written as {@code stringData} becomes {@code data}; it is never read back. */
@ApplicationScoped
public class SecretKind extends NamespacedKind {
    public SecretKind() {
        super(ResourceNames.of("", "v1", "Secret", "secrets"));
    }

    @Override
    public JsonObject defaults(JsonObject secret) {
        return TreeEditor.edit(secret, editor -> {
            editor.setDefault("type", "Opaque");
            Map<String, String> texts = new ObjectView(secret).texts("stringData");
            if (!texts.isEmpty()) {
                editor.editOrCreate(
                        "data",
                        data -> texts.forEach((key, text) -> data.set(
                                key, Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)))));
            }
            editor.remove("stringData");
        });
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(), TableColumn.text("Type"), TableColumn.text("Data"), TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView secret, Instant now) {
        return Cells.named(secret, now)
                .text(secret.text("type"))
                .number(secret.object("data").size())
                .age()
                .list();
    }

    @Override
    public Set<String> selectableFields() {
        return Set.of("type");
    }

    @Override
    public Map<String, String> fieldValues(ObjectView secret) {
        return Map.of("type", secret.text("type"));
    }
}
