package io.coxswain.meta.fieldset;

import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.schema.TypeSchema;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes fields out of an object. */
public final class FieldRemoval {
    private FieldRemoval() {}

    /** The object without the members of a set. A map or list that is emptied by that goes with them. */
    public static JsonObject remove(JsonObject object, FieldSet gone, TypeSchema type) {
        return gone.isEmpty() ? object : map(object, gone, new SchemaStep(type)).orElse(JsonValue.EMPTY_JSON_OBJECT);
    }

    private static Optional<? extends JsonValue> value(JsonValue value, FieldSet gone, SchemaStep schema) {
        return switch (schema.shape(value)) {
            case LEAF -> Optional.empty();
            case MAP -> map(SchemaStep.map(value), gone, schema);
            case LIST -> list(SchemaStep.list(value), gone, schema);
        };
    }

    private static Optional<JsonObject> map(JsonObject object, FieldSet gone, SchemaStep schema) {
        Map<String, JsonValue> kept = new LinkedHashMap<>();
        object.forEach((name, member) -> {
            PathElement step = PathElement.field(name);
            if (gone.has(step)) {
                return;
            }
            FieldSet below = gone.below(step);
            if (below.isEmpty()) {
                kept.put(name, member);
            } else {
                value(member, below, schema.member(name)).ifPresent(rest -> kept.put(name, rest));
            }
        });
        return kept.isEmpty() ? Optional.empty() : Optional.of(JsonTrees.of(kept));
    }

    private static Optional<JsonArray> list(JsonArray list, FieldSet gone, SchemaStep schema) {
        List<PathElement> steps;
        try {
            steps = schema.identities(list);
        } catch (FieldSetException noIdentity) {
            return Optional.of(list); // it has one owner, as Comparison has it: no item goes alone
        }
        List<JsonValue> kept = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            JsonValue item = list.get(i);
            PathElement step = steps.get(i);
            if (gone.has(step)) {
                continue;
            }
            FieldSet below = gone.below(step);
            if (below.isEmpty()) {
                kept.add(item);
            } else {
                value(item, below, schema.item()).ifPresent(kept::add);
            }
        }
        return kept.isEmpty() ? Optional.empty() : Optional.of(JsonTrees.array(kept));
    }
}
