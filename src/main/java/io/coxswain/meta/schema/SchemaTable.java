package io.coxswain.meta.schema;

import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.schema.TypeSchema.Form;
import io.coxswain.meta.schema.TypeSchema.ListType;
import jakarta.json.Json;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the table that {@code src/build/schema} writes; the first two lines of the table say what its lines mean. */
final class SchemaTable {
    private final Map<String, TypeSchema.Builder> types = new LinkedHashMap<>();
    /** Lines of fields, to be read when every type is known by its name. */
    private final List<PendingField> pending = new ArrayList<>();

    private record PendingField(TypeSchema.Builder owner, String typePackage, String line) {}

    private SchemaTable() {}

    static Collection<TypeSchema> read(String resource) {
        try (InputStream in = SchemaTable.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the schema table " + resource + " is not in the application");
            }
            SchemaTable table = new SchemaTable();
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            table.readTypes(lines);
            table.pending.forEach(table::readField);
            return table.types.values().stream().map(TypeSchema.Builder::type).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the schema table " + resource, e);
        }
    }

    private void readTypes(BufferedReader lines) throws IOException {
        String typePackage = "";
        String goPackage = "";
        TypeSchema.Builder owner = null;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            switch (line.charAt(0)) {
                case '#' -> {}
                case 'P' -> {
                    String[] words = line.split(" ");
                    typePackage = words[1];
                    goPackage = words[2];
                }
                case 'T' -> {
                    owner = readType(line, typePackage, goPackage);
                    types.put(owner.type().name(), owner);
                }
                case 'F' -> {
                    if (owner == null) {
                        throw new IllegalStateException("a field before the first type: " + line);
                    }
                    pending.add(new PendingField(owner, typePackage, line));
                }
                default -> throw new IllegalStateException("unknown line in the schema table: " + line);
            }
        }
    }

    private static TypeSchema.Builder readType(String line, String typePackage, String goPackage) {
        String[] words = line.split(" ");
        Form form = Form.OBJECT;
        boolean atomic = false;
        List<GroupVersionKind> kinds = new ArrayList<>();
        for (int i = 2; i < words.length; i++) {
            String value = words[i].substring(words[i].indexOf('=') + 1);
            if (words[i].startsWith("kind=")) {
                String[] parts = value.split("/", -1);
                kinds.add(new GroupVersionKind(parts[0], parts[1], parts[2]));
            } else if (words[i].startsWith("form=")) {
                form = Form.valueOf(value.replace('-', '_').toUpperCase(Locale.ROOT));
            } else {
                atomic = words[i].equals("map=atomic");
            }
        }
        TypeSchema.Builder type = TypeSchema.builder(form, typePackage + "." + words[1], goPackage + "." + words[1]);
        kinds.forEach(type::kind);
        if (atomic) {
            type.atomicMap();
        }
        return type;
    }

    /** The attributes of a field's line. */
    private static final class Attributes {
        private boolean required;
        private boolean nullable;
        private boolean omitZero;
        private boolean atomicMap;
        private @Nullable ListType listType;
        private List<String> keys = List.of();
        private String patch = "";
        private String mergeKey = "";
        private String goType = "";
        private List<String> enumValues = List.of();
        private @Nullable JsonValue defaultValue;

        private void read(String word) {
            int equals = word.indexOf('=');
            String value = word.substring(equals + 1);
            switch (equals < 0 ? word : word.substring(0, equals)) {
                case "required" -> required = true;
                case "pointer" -> nullable = true;
                case "omitempty", "omitzero" -> omitZero = true;
                case "map" -> atomicMap = value.equals("atomic");
                case "list" -> listType = ListType.valueOf(value.toUpperCase(Locale.ROOT));
                case "keys" -> keys = List.of(value.split(","));
                case "patch" -> patch = value;
                case "mergekey" -> mergeKey = value;
                case "go" -> goType = value;
                case "enum" ->
                    enumValues = List.of(value.split(",")).stream()
                            .map(v -> v.equals("\"\"") ? "" : v.replace("%20", " "))
                            .toList();
                case "default" -> {
                    try (JsonReader reader = Json.createReader(new StringReader(value))) {
                        defaultValue = reader.readValue();
                    }
                }
                default -> throw new IllegalStateException("unknown attribute in the schema table: " + word);
            }
        }
    }

    private void readField(PendingField field) {
        String[] words = field.line.split(" ");
        Attributes attributes = new Attributes();
        for (int i = 3; i < words.length; i++) {
            attributes.read(words[i]);
        }
        List<String> strategies = List.of(attributes.patch.split(","));
        field.owner.field(new FieldSchema(
                words[1],
                type(words[2], field.typePackage, attributes),
                attributes.required,
                attributes.nullable,
                attributes.omitZero,
                attributes.enumValues,
                attributes.defaultValue,
                attributes.patch.isEmpty()
                        ? FieldSchema.Patch.NONE
                        : new FieldSchema.Patch(
                                strategies.contains("merge"), strategies.contains("retainKeys"), attributes.mergeKey)));
    }

    private TypeSchema type(String text, String typePackage, Attributes attributes) {
        if (text.startsWith("[]")) {
            TypeSchema element = type(text.substring(2), typePackage, new Attributes());
            TypeSchema.Builder list = TypeSchema.builder(
                    Form.ARRAY, "", attributes.goType.isEmpty() ? "[]" + element.goType() : attributes.goType);
            if (attributes.listType != null) {
                list.list(attributes.listType, attributes.keys);
            }
            return list.element(element).type();
        }
        if (text.startsWith("{}")) {
            TypeSchema element = type(text.substring(2), typePackage, new Attributes());
            TypeSchema.Builder map = TypeSchema.builder(
                    Form.MAP, "", attributes.goType.isEmpty() ? "map[string]" + element.goType() : attributes.goType);
            if (attributes.atomicMap) {
                map.atomicMap();
            }
            return map.element(element).type();
        }
        String goType = attributes.goType;
        return switch (text) {
            case "string" -> scalar(Form.STRING, goType, "string");
            case "int32" -> scalar(Form.INT32, goType, "int32");
            case "int64" -> scalar(Form.INT64, goType, "int64");
            case "double" -> scalar(Form.DOUBLE, goType, "float64");
            case "boolean" -> scalar(Form.BOOLEAN, goType, "bool");
            case "bytes" -> scalar(Form.BYTES, goType, "[]uint8");
            default -> named(text.startsWith(".") ? typePackage + text : text);
        };
    }

    private static TypeSchema scalar(Form form, String goType, String plainGoType) {
        return TypeSchema.builder(form, "", goType.isEmpty() ? plainGoType : goType)
                .type();
    }

    private TypeSchema named(String name) {
        TypeSchema.Builder type = types.get(name);
        if (type == null) {
            throw new IllegalStateException("the schema table refers to " + name + " and does not hold it");
        }
        return type.type();
    }
}
