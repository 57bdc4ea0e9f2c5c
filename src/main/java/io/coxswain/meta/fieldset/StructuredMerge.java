package io.coxswain.meta.fieldset;

import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.fieldset.SchemaStep.Shape;
import io.coxswain.meta.schema.TypeSchema;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Merges a configuration into an object. What both name is the configuration's; what only one names stays. */
public final class StructuredMerge {
    private StructuredMerge() {}

    /**
     * Merges.
     *
     * @param config has passed {@link TypedCheck}
     */
    public static JsonObject merge(JsonObject live, JsonObject config, TypeSchema type) {
        return maps(live, config, new SchemaStep(type));
    }

    private static JsonValue values(@Nullable JsonValue live, JsonValue config, SchemaStep schema) {
        if (live == null) {
            return config;
        }
        Shape shape = schema.shape(config);
        if (shape == Shape.MAP && schema.shape(live) == Shape.MAP) {
            JsonObject left = SchemaStep.map(live);
            JsonObject right = SchemaStep.map(config);
            return left.isEmpty() && right.isEmpty() ? config : maps(left, right, schema);
        }
        if (shape == Shape.LIST) {
            JsonArray left = SchemaStep.list(live);
            JsonArray right = SchemaStep.list(config);
            return left.isEmpty() && right.isEmpty() ? config : lists(left, right, schema);
        }
        return config;
    }

    private static JsonObject maps(JsonObject live, JsonObject config, SchemaStep schema) {
        Map<String, JsonValue> merged = new LinkedHashMap<>(live);
        config.forEach((name, value) -> merged.put(name, values(live.get(name), value, schema.member(name))));
        return JsonTrees.of(merged);
    }

    /**
     * Merges two lists by the identities of their items. The configuration's items keep the configuration's order; the
     * others stay where they were between them.
     */
    private static JsonArray lists(JsonArray live, JsonArray config, SchemaStep schema) {
        List<PathElement> left;
        try {
            left = schema.identities(live);
        } catch (FieldSetException noIdentity) {
            return config; // such a list has one owner, as Comparison has it
        }
        List<PathElement> right = schema.identities(config);
        Map<PathElement, JsonValue> liveItems = new HashMap<>();
        for (int i = 0; i < left.size(); i++) {
            liveItems.putIfAbsent(left.get(i), live.get(i));
        }
        Set<PathElement> wanted = new HashSet<>(right);
        Deque<PathElement> shared = new ArrayDeque<>();
        right.stream().filter(liveItems::containsKey).forEach(shared::add);
        Set<PathElement> done = new HashSet<>();
        List<JsonValue> merged = new ArrayList<>(live.size() + config.size());
        int l = 0;
        int r = 0;
        while (l < left.size() || r < right.size()) {
            boolean both = l < left.size() && r < right.size();
            PathElement step = l < left.size() ? left.get(l) : right.get(r);
            if (both && step.equals(right.get(r))) {
                done.add(step);
                merged.add(values(liveItems.get(step), config.get(r), schema.item()));
                l++;
                r++;
                shared.poll();
                continue;
            }
            if (both
                    && wanted.contains(step)
                    && !shared.isEmpty()
                    && !shared.peek().equals(step)) {
                l++; // it comes later in the configuration's order
                continue;
            }
            if (l < left.size()) {
                if (!wanted.contains(step)) {
                    merged.add(live.get(l));
                    l++;
                    continue;
                }
                if (done.contains(step)) {
                    l++;
                }
            }
            if (r < right.size()) {
                PathElement next = right.get(r);
                done.add(next);
                merged.add(values(liveItems.get(next), config.get(r), schema.item()));
                r++;
                if (next.equals(shared.peek())) {
                    shared.poll();
                }
            }
        }
        return JsonTrees.array(merged);
    }
}
