package io.coxswain.meta.fieldset;

import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.schema.TypeSchema;
import io.coxswain.meta.schema.TypeSchema.Form;
import io.coxswain.meta.schema.TypeSchema.ListType;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.JsonValue.ValueType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Checks whether a configuration fits its schema, in the words of upstream's typed values. Fields must be known, items distinct. */
public final class TypedCheck {
    private static final int MAX_ERRORS = 100;

    private final List<String> errors = new ArrayList<>();

    private TypedCheck() {}

    /** What is wrong with an object, ready to print; empty if nothing is. */
    public static Optional<String> faults(JsonObject object, TypeSchema type) {
        TypedCheck check = new TypedCheck();
        check.visit(object, new SchemaStep(type), "");
        return switch (check.errors.size()) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(check.errors.get(0));
            default -> Optional.of("errors:\n  " + String.join("\n  ", check.errors));
        };
    }

    private void report(String path, String message) {
        if (errors.size() < MAX_ERRORS) {
            errors.add(path.isEmpty() ? message : path + ": " + message);
        }
    }

    private void visit(JsonValue value, SchemaStep schema, String path) {
        if (value.getValueType() == ValueType.NULL) {
            return;
        }
        if (schema.isMap()) {
            if (value instanceof JsonObject object) {
                map(object, schema, path);
            } else {
                report(path, "expected map, got &{" + asGo(value) + "}");
            }
        } else if (schema.type().form() == Form.ARRAY) {
            if (value instanceof JsonArray array) {
                list(array, schema, path);
            } else {
                report(path, "expected list, got &{" + asGo(value) + "}");
            }
        } else {
            scalar(value, schema.type().form(), path);
        }
    }

    private void map(JsonObject object, SchemaStep schema, String path) {
        for (Map.Entry<String, JsonValue> member : object.entrySet()) {
            String below = path + PathElement.field(member.getKey());
            if (schema.isClosed() && !schema.names(member.getKey())) {
                report(below, "field not declared in schema");
                return; // upstream stops at the first
            }
            visit(member.getValue(), schema.member(member.getKey()), below);
        }
    }

    private void list(JsonArray list, SchemaStep schema, String path) {
        Set<PathElement> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            String below = path + "[" + i + "]";
            if (schema.type().listType() != ListType.ATOMIC) {
                PathElement step;
                try {
                    step = schema.identify(list.get(i));
                } catch (FieldSetException e) {
                    report(path, "element " + i + ": " + e.getMessage());
                    return;
                }
                if (!seen.add(step)) {
                    report(path, "duplicate entries for key " + step);
                }
                below = path + step;
            }
            visit(list.get(i), schema.item(), below);
        }
    }

    private void scalar(JsonValue value, Form form, String path) {
        switch (form) {
            case STRING, BYTES, TIME, MICRO_TIME -> {
                if (!(value instanceof JsonString)) {
                    report(path, "expected string, got &value.valueUnstructured{Value:" + asGoSyntax(value) + "}");
                }
            }
            case INT32, INT64, DOUBLE -> {
                if (!(value instanceof JsonNumber)) {
                    report(path, "expected numeric (int or float), got " + goType(value));
                }
            }
            case BOOLEAN -> {
                if (value.getValueType() != ValueType.TRUE && value.getValueType() != ValueType.FALSE) {
                    report(path, "expected boolean, got &{" + asGo(value) + "}");
                }
            }
            case QUANTITY, INT_OR_STRING -> {
                if (value instanceof JsonObject || value instanceof JsonArray) {
                    report(path, "expected scalar, got &{" + asGo(value) + "}");
                }
            }
            default -> {}
        }
    }

    private static String goType(JsonValue value) {
        return switch (value.getValueType()) {
            case OBJECT -> "map[string]interface {}";
            case ARRAY -> "[]interface {}";
            case STRING -> "string";
            case NUMBER -> ((JsonNumber) value).isIntegral() ? "int64" : "float64";
            case TRUE, FALSE -> "bool";
            case NULL -> "<nil>";
        };
    }

    /** The value as Go prints it plainly. */
    private static String asGo(JsonValue value) {
        if (value instanceof JsonObject object) {
            List<String> members = new ArrayList<>();
            new TreeMap<>(object).forEach((key, member) -> members.add(key + ":" + asGo(member)));
            return "map[" + String.join(" ", members) + "]";
        }
        if (value instanceof JsonArray array) {
            return "[" + String.join(" ", array.stream().map(TypedCheck::asGo).toList()) + "]";
        }
        if (value instanceof JsonString string) {
            return string.getString();
        }
        return value.getValueType() == ValueType.NULL ? "<nil>" : value.toString();
    }

    /** The value as Go would write it in a program. */
    private static String asGoSyntax(JsonValue value) {
        if (value instanceof JsonObject object) {
            List<String> members = new ArrayList<>();
            new TreeMap<>(object).forEach((key, member) -> members.add(JsonTrees.text(key) + ":" + asGoSyntax(member)));
            return "map[string]interface {}{" + String.join(", ", members) + "}";
        }
        if (value instanceof JsonArray array) {
            return "[]interface {}{"
                    + String.join(
                            ", ", array.stream().map(TypedCheck::asGoSyntax).toList()) + "}";
        }
        return value.getValueType() == ValueType.NULL ? "interface {}(nil)" : value.toString();
    }
}
