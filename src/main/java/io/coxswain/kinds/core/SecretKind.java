package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import io.coxswain.meta.validation.Names;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code v1 Secret}. What is written as {@code stringData} becomes {@code data}; it is never read back. */
@ApplicationScoped
public class SecretKind extends NamespacedKind {
    private static final String ACCOUNT_ANNOTATION = "kubernetes.io/service-account.name";
    private static final JsonReaderFactory READERS = Json.createReaderFactory(Map.of());

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
    public List<FieldError> validate(ObjectView secret) {
        Check check = new Check();
        FieldPath path = FieldPath.of("data");
        Map<String, String> data = secret.texts("data");
        data.keySet().forEach(key -> check.invalid(path.key(key), key, Names.configMapKey(key)));
        if (data.values().stream().mapToLong(DataRules::decodedLength).sum() > DataRules.MAX_SIZE) {
            check.add(FieldError.tooLong(path, DataRules.MAX_SIZE));
        }
        switch (secret.text("type")) {
            case "kubernetes.io/service-account-token" -> {
                if (secret.annotations().getOrDefault(ACCOUNT_ANNOTATION, "").isEmpty()) {
                    check.required(FieldPath.of("metadata", "annotations").key(ACCOUNT_ANNOTATION));
                }
            }
            case "kubernetes.io/dockercfg" -> json(check, path, data, ".dockercfg");
            case "kubernetes.io/dockerconfigjson" -> json(check, path, data, ".dockerconfigjson");
            case "kubernetes.io/basic-auth" -> {
                if (!data.containsKey("username") && !data.containsKey("password")) {
                    check.required(path.key("username"));
                    check.required(path.key("password"));
                }
            }
            case "kubernetes.io/ssh-auth" -> {
                if (data.getOrDefault("ssh-privatekey", "").isEmpty()) {
                    check.required(path.key("ssh-privatekey"));
                }
            }
            case "kubernetes.io/tls" -> {
                for (String key : new String[] {"tls.crt", "tls.key"}) {
                    if (!data.containsKey(key)) {
                        check.required(path.key(key));
                    }
                }
            }
            default -> {
                // Opaque, and types that others made up: anything goes
            }
        }
        return check.errors();
    }

    private static void json(Check check, FieldPath path, Map<String, String> data, String key) {
        String encoded = data.get(key);
        if (encoded == null) {
            check.required(path.key(key));
            return;
        }
        try (JsonReader reader = READERS.createReader(
                new ByteArrayInputStream(Base64.getDecoder().decode(encoded)), StandardCharsets.UTF_8)) {
            reader.readObject();
        } catch (RuntimeException malformed) { // the parser has no common type for syntax, encoding and depth
            check.invalid(path.key(key), "<secret contents redacted>", "is no JSON object");
        }
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        if (!now.text("type").equals(old.text("type"))) {
            check.invalid(FieldPath.of("type"), now.text("type"), Check.IMMUTABLE);
        }
        DataRules.immutable(now, old, "data").forEach(check::add);
        return check.errors();
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
