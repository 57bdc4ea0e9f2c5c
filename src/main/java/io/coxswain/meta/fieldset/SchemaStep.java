package io.coxswain.meta.fieldset;

import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.schema.FieldSchema;
import io.coxswain.meta.schema.TypeSchema;
import io.coxswain.meta.schema.TypeSchema.Form;
import io.coxswain.meta.schema.TypeSchema.ListType;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A type as merging sees it: something granular with named fields or keys, a list whose items have identities, or a leaf
 * that has one owner. Where the schema allows anything, maps are granular and lists are leaves, as upstream deduces it.
 */
record SchemaStep(TypeSchema type) {
    private static final SchemaStep ANYTHING =
            new SchemaStep(TypeSchema.builder(Form.RAW, "", "interface {}").type());

    /** How a value is treated. */
    enum Shape {
        LEAF,
        MAP,
        LIST
    }

    /** The shape of values of this type. @param value a value of it, which decides where the schema does not */
    Shape shape(JsonValue value) {
        return switch (type.form()) {
            case OBJECT, MAP, RAW_OBJECT -> type.isAtomicMap() ? Shape.LEAF : Shape.MAP;
            case ARRAY -> type.listType() == ListType.ATOMIC ? Shape.LEAF : Shape.LIST;
            case RAW -> value instanceof JsonObject ? Shape.MAP : Shape.LEAF;
            default -> Shape.LEAF;
        };
    }

    boolean isMap() {
        return type.form() == Form.OBJECT || type.form() == Form.MAP || type.form() == Form.RAW_OBJECT;
    }

    /** Whether the type's own fields are all there may be. */
    boolean isClosed() {
        return type.form() == Form.OBJECT && !type.preservesUnknownFields();
    }

    boolean names(String field) {
        return type.form() == Form.OBJECT && type.field(field) != null;
    }

    boolean namesField(PathElement step) {
        return step.isField() && names(step.fieldName());
    }

    /** The type of a member. */
    SchemaStep member(String name) {
        if (type.form() == Form.OBJECT) {
            FieldSchema field = type.field(name);
            return field == null ? ANYTHING : new SchemaStep(field.type());
        }
        return type.form() == Form.MAP ? new SchemaStep(type.element()) : ANYTHING;
    }

    SchemaStep item() {
        return type.form() == Form.ARRAY ? new SchemaStep(type.element()) : ANYTHING;
    }

    SchemaStep below(PathElement step) {
        return step.isField() ? member(step.fieldName()) : item();
    }

    /**
     * The identity of a list item.
     *
     * @throws FieldSetException if it has none
     */
    PathElement identify(JsonValue item) {
        if (type.listType() == ListType.MAP) {
            return byKeys(item);
        }
        return switch (item.getValueType()) {
            case OBJECT ->
                throw new FieldSetException("associative list without keys has an element that's a map type");
            case ARRAY -> throw new FieldSetException("not supported: associative list with lists as elements");
            case NULL ->
                throw new FieldSetException("associative list without keys has an element that's an explicit null");
            default -> PathElement.value(item);
        };
    }

    private PathElement byKeys(JsonValue item) {
        if (item.getValueType() == JsonValue.ValueType.NULL) {
            throw new FieldSetException("associative list with keys may not have a null element");
        }
        if (!(item instanceof JsonObject object)) {
            throw new FieldSetException("associative list with keys may not have non-map elements");
        }
        TreeMap<String, JsonValue> keys = new TreeMap<>();
        for (String name : type.listKeys()) {
            JsonValue value = object.get(name);
            if (value == null) {
                value = defaultOf(name);
            }
            if (value == null) {
                throw new FieldSetException("associative list with keys has an element that omits key field "
                        + JsonTrees.text(name) + " (and doesn't have default value)");
            }
            keys.put(name, value);
        }
        return PathElement.key(keys);
    }

    private @Nullable JsonValue defaultOf(String key) {
        FieldSchema field =
                type.element().form() == Form.OBJECT ? type.element().field(key) : null;
        return field == null ? null : field.defaultValue();
    }

    /** The identities of a list's items, in order. @throws FieldSetException if an item has none */
    List<PathElement> identities(JsonArray list) {
        List<PathElement> identities = new ArrayList<>(list.size());
        for (JsonValue item : list) {
            identities.add(identify(item));
        }
        return identities;
    }

    /** A list that merging can go through; an absent one, or what is no list, is empty. */
    static JsonArray list(@Nullable JsonValue value) {
        return value instanceof JsonArray array ? array : JsonValue.EMPTY_JSON_ARRAY;
    }

    static JsonObject map(@Nullable JsonValue value) {
        return value instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT;
    }
}
