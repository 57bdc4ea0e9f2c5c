package io.coxswain.meta.fieldset;

import io.coxswain.meta.schema.TypeSchema;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.json.JsonValue.ValueType;
import java.util.ArrayList;
import java.util.List;

/** The fields that a configuration says something about: what its applier owns. */
public final class AppliedFields {
    private final FieldSet.Builder fields = new FieldSet.Builder();
    private final List<PathElement> path = new ArrayList<>();

    private AppliedFields() {}

    /** The fields of an object. List items and keys of maps count themselves, fields with others below them do not. */
    public static FieldSet of(JsonObject object, TypeSchema type) {
        AppliedFields walk = new AppliedFields();
        walk.visit(object, new SchemaStep(type));
        return walk.fields.build();
    }

    private void visit(JsonValue value, SchemaStep schema) {
        switch (schema.shape(value)) {
            case LEAF -> fields.add(path);
            case MAP ->
                SchemaStep.map(value).forEach((name, member) -> {
                    path.add(PathElement.field(name));
                    visit(member, schema.member(name));
                    boolean hasNothingBelow = member.getValueType() == ValueType.NULL
                            || member instanceof JsonObject object && object.isEmpty();
                    if (hasNothingBelow || !schema.names(name)) {
                        fields.add(path);
                    }
                    path.remove(path.size() - 1);
                });
            case LIST -> list(SchemaStep.list(value), schema);
        }
    }

    private void list(JsonArray list, SchemaStep schema) {
        List<PathElement> identities;
        try {
            identities = schema.identities(list);
        } catch (FieldSetException noIdentity) {
            fields.add(path); // as Comparison has it
            return;
        }
        for (int i = 0; i < list.size(); i++) {
            path.add(identities.get(i));
            visit(list.get(i), schema.item());
            fields.add(path);
            path.remove(path.size() - 1);
        }
    }
}
