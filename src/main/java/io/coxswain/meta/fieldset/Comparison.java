package io.coxswain.meta.fieldset;

import io.coxswain.meta.fieldset.SchemaStep.Shape;
import io.coxswain.meta.quantity.Quantity;
import io.coxswain.meta.quantity.QuantityFormatException;
import io.coxswain.meta.schema.TypeSchema;
import io.coxswain.meta.schema.TypeSchema.Form;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which fields differ between two states of an object. */
public record Comparison(FieldSet removed, FieldSet modified, FieldSet added) {

    /** Compares two states of one type; absent is not the same as empty or {@code null}. */
    public static Comparison between(JsonObject old, JsonObject now, TypeSchema type) {
        Walk walk = new Walk();
        walk.compare(old, now, new SchemaStep(type));
        return new Comparison(walk.removed.build(), walk.modified.build(), walk.added.build());
    }

    public boolean isSame() {
        return removed.isEmpty() && modified.isEmpty() && added.isEmpty();
    }

    /** What was set: added or changed. */
    public FieldSet set() {
        return modified.union(added);
    }

    /** The comparison without some fields and all that is below them. */
    public Comparison without(FieldSet ignored) {
        return new Comparison(
                removed.recursiveDifference(ignored),
                modified.recursiveDifference(ignored),
                added.recursiveDifference(ignored));
    }

    private static final class Walk {
        private final FieldSet.Builder removed = new FieldSet.Builder();
        private final FieldSet.Builder modified = new FieldSet.Builder();
        private final FieldSet.Builder added = new FieldSet.Builder();
        private final List<PathElement> path = new ArrayList<>();

        void compare(@Nullable JsonValue old, @Nullable JsonValue now, SchemaStep schema) {
            if (old != null && now != null && (old == now || old.equals(now))) {
                return;
            }
            JsonValue sample = now != null ? now : old != null ? old : JsonValue.NULL;
            switch (schema.shape(sample)) {
                case MAP -> maps(old, now, schema);
                case LIST -> lists(old, now, schema);
                case LEAF -> leaf(old, now, schema);
            }
        }

        private void leaf(@Nullable JsonValue old, @Nullable JsonValue now, SchemaStep schema) {
            if (old == null) {
                added.add(path);
            } else if (now == null) {
                removed.add(path);
            } else if (!isSameQuantity(old, now, schema)) {
                modified.add(path);
            }
        }

        /** A configuration may say 1000m where the stored object says 1. */
        private static boolean isSameQuantity(JsonValue old, JsonValue now, SchemaStep schema) {
            if (schema.type().form() != Form.QUANTITY) {
                return false;
            }
            try {
                return Quantity.parse(text(old)).compareTo(Quantity.parse(text(now))) == 0;
            } catch (QuantityFormatException e) {
                return false;
            }
        }

        private static String text(JsonValue value) {
            return value instanceof JsonString string ? string.getString() : value.toString();
        }

        private void maps(@Nullable JsonValue old, @Nullable JsonValue now, SchemaStep schema) {
            JsonObject left = SchemaStep.map(old);
            JsonObject right = SchemaStep.map(now);
            boolean mixed = old != null && now != null && schema.shape(old) != Shape.MAP;
            if (mixed || left.isEmpty() && right.isEmpty()) {
                leaf(old, now, schema);
                return;
            }
            left.forEach((name, value) -> at(PathElement.field(name), value, right.get(name), schema.member(name)));
            right.forEach((name, value) -> {
                if (!left.containsKey(name)) {
                    at(PathElement.field(name), null, value, schema.member(name));
                }
            });
            whole(old, now);
        }

        private void lists(@Nullable JsonValue old, @Nullable JsonValue now, SchemaStep schema) {
            JsonArray left = SchemaStep.list(old);
            JsonArray right = SchemaStep.list(now);
            if (left.isEmpty() && right.isEmpty()) {
                leaf(old, now, schema);
                return;
            }
            Map<PathElement, List<JsonValue>> lefts;
            Map<PathElement, List<JsonValue>> rights;
            try {
                lefts = byIdentity(left, schema);
                rights = byIdentity(right, schema);
            } catch (FieldSetException noIdentity) {
                // Only an object that was stored before it was checked can be so: its list has one owner then.
                leaf(old, now, schema);
                return;
            }
            lefts.forEach((step, items) -> items(step, items, rights.getOrDefault(step, List.of()), schema));
            rights.forEach((step, items) -> {
                if (!lefts.containsKey(step)) {
                    items(step, List.of(), items, schema);
                }
            });
            whole(old, now);
        }

        private static Map<PathElement, List<JsonValue>> byIdentity(JsonArray list, SchemaStep schema) {
            Map<PathElement, List<JsonValue>> items = new LinkedHashMap<>();
            for (JsonValue item : list) {
                items.computeIfAbsent(schema.identify(item), key -> new ArrayList<>(1))
                        .add(item);
            }
            return items;
        }

        /** Items with one identity; duplicates are owned together. */
        private void items(PathElement step, List<JsonValue> old, List<JsonValue> now, SchemaStep schema) {
            if (old.size() <= 1 && now.size() <= 1) {
                at(step, old.isEmpty() ? null : old.get(0), now.isEmpty() ? null : now.get(0), schema.item());
            } else if (!old.equals(now)) {
                path.add(step);
                (old.isEmpty() ? added : now.isEmpty() ? removed : modified).add(path);
                path.remove(path.size() - 1);
            }
        }

        private void at(PathElement step, @Nullable JsonValue old, @Nullable JsonValue now, SchemaStep schema) {
            if (old != null && now != null && old.equals(now)) {
                return;
            }
            path.add(step);
            compare(old, now, schema);
            path.remove(path.size() - 1);
        }

        /** A map or list that came or went is itself a field. */
        private void whole(@Nullable JsonValue old, @Nullable JsonValue now) {
            if (old == null) {
                added.add(path);
            } else if (now == null) {
                removed.add(path);
            }
        }
    }
}
