package io.coxswain.meta.schema;

import io.coxswain.meta.GroupVersionKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a value of one type looks like in JSON. Types may contain themselves (a JSON schema's properties are JSON
 * schemas), so a type is made in two steps by its {@link Builder}; once handed out it never changes and may be shared
 * between threads.
 */
public final class TypeSchema {

    /** The form of a value. */
    public enum Form {
        /** An object with the fields of {@link #fields()}. */
        OBJECT,
        /** An object with keys of the user's choice and values of the type {@link #element()}. */
        MAP,
        /** An array of {@link #element()}. */
        ARRAY,
        STRING,
        INT32,
        INT64,
        DOUBLE,
        BOOLEAN,
        /** A string that holds base64. */
        BYTES,
        /** A {@code resource.Quantity}: a string, or a number that becomes one. */
        QUANTITY,
        INT_OR_STRING,
        /** RFC 3339 with seconds. */
        TIME,
        /** RFC 3339 with microseconds. */
        MICRO_TIME,
        /** Any object. */
        RAW_OBJECT,
        /** Any value. */
        RAW
    }

    /** How a list is merged: replaced as one, a set of scalars, or a map of objects by {@link #listKeys()}. */
    public enum ListType {
        ATOMIC,
        SET,
        MAP
    }

    private final Builder facts;

    private TypeSchema(Builder facts) {
        this.facts = facts;
    }

    /** Starts a type; {@code goType} is the name of the Go type, as error messages show it. */
    public static Builder builder(Form form, String name, String goType) {
        return new Builder(form, name, goType);
    }

    /** The OpenAPI name, such as {@code io.k8s.api.core.v1.Pod}; {@code ""} for scalars, arrays and maps. */
    public String name() {
        return facts.name;
    }

    public Form form() {
        return facts.form;
    }

    /** The Go type as upstream's messages print it: {@code v1.PodSpec}, {@code []v1.Container}, {@code int32}. */
    public String goType() {
        return facts.goType;
    }

    /** The Go type without its package: {@code PodSpec}. */
    public String structName() {
        return facts.goType.substring(facts.goType.lastIndexOf('.') + 1);
    }

    /** The fields of an {@link Form#OBJECT}, in upstream's order; unmodifiable. */
    public Map<String, FieldSchema> fields() {
        return facts.readOnlyFields;
    }

    public @Nullable FieldSchema field(String jsonName) {
        return facts.fields.get(jsonName);
    }

    /** The type of an array's items or of a map's values. Only for these forms. */
    public TypeSchema element() {
        TypeSchema element = facts.element;
        if (element == null) {
            throw new IllegalStateException(facts.form + " " + facts.name + " has no element type");
        }
        return element;
    }

    public ListType listType() {
        return facts.listType;
    }

    /** Whether the source states the list type; OpenAPI leaves it out otherwise. */
    public boolean isListTypeStated() {
        return facts.listTypeStated;
    }

    /** The keys of a {@link ListType#MAP} list's items. */
    public List<String> listKeys() {
        return facts.listKeys;
    }

    /** Whether the whole object or map belongs to one owner and is replaced as one. */
    public boolean isAtomicMap() {
        return facts.atomicMap;
    }

    /** Whether fields that the schema does not know are kept ({@code x-kubernetes-preserve-unknown-fields}). */
    public boolean preservesUnknownFields() {
        return facts.preserveUnknownFields || facts.form == Form.RAW || facts.form == Form.RAW_OBJECT;
    }

    /** The kinds whose objects have this type; empty for parts of objects. */
    public List<GroupVersionKind> kinds() {
        return facts.kinds;
    }

    public boolean isArray() {
        return facts.form == Form.ARRAY;
    }

    @Override
    public String toString() {
        return facts.name.isEmpty() ? facts.goType : facts.name;
    }

    /** Collects a type's facts. {@link #type()} may be handed to other types before the last field is added. */
    public static final class Builder {
        private final Form form;
        private final String name;
        private final String goType;
        private final Map<String, FieldSchema> fields = new LinkedHashMap<>();
        private final Map<String, FieldSchema> readOnlyFields = Collections.unmodifiableMap(fields);
        private final List<GroupVersionKind> kinds = new ArrayList<>();
        private @Nullable TypeSchema element;
        private ListType listType = ListType.ATOMIC;
        private boolean listTypeStated;
        private List<String> listKeys = List.of();
        private boolean atomicMap;
        private boolean preserveUnknownFields;
        private final TypeSchema type;

        private Builder(Form form, String name, String goType) {
            this.form = form;
            this.name = name;
            this.goType = goType;
            this.type = new TypeSchema(this);
        }

        public TypeSchema type() {
            return type;
        }

        public Builder field(FieldSchema field) {
            if (fields.put(field.name(), field) != null) {
                throw new IllegalArgumentException(name + " has two fields " + field.name());
            }
            return this;
        }

        public Builder kind(GroupVersionKind kind) {
            kinds.add(kind);
            return this;
        }

        public Builder element(TypeSchema of) {
            element = of;
            return this;
        }

        public Builder list(ListType typeOfList, List<String> keys) {
            listType = typeOfList;
            listTypeStated = true;
            listKeys = List.copyOf(keys);
            return this;
        }

        public Builder atomicMap() {
            atomicMap = true;
            return this;
        }

        public Builder preserveUnknownFields() {
            preserveUnknownFields = true;
            return this;
        }
    }
}
