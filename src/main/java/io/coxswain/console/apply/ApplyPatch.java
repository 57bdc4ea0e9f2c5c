package io.coxswain.console.apply;

import io.coxswain.codec.CodecException;
import io.coxswain.codec.JsonCodec;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.patch.ThreeWayPatch;
import io.coxswain.meta.schema.SchemaCatalog;
import io.coxswain.meta.schema.TypeSchema;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The patch of {@code kubectl apply}: everything that the manifest says is set, everything that the manifest said when it was
 * applied last and says no more is removed, and what others have set meanwhile stays. A strategic merge patch for kinds
 * whose schema is known, a merge patch for others. Immutable.
 */
final class ApplyPatch {
    /** Where kubectl keeps what was applied last. */
    static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

    private final SchemaCatalog catalog;

    ApplyPatch(SchemaCatalog catalog) {
        this.catalog = catalog;
    }

    /** Whether the patch of such an object is strategic. */
    boolean isStrategic(JsonObject object) {
        return schema(object).isPresent();
    }

    /**
     * The patch that brings an object to what is wanted.
     *
     * @param original what was applied last, empty if that is unknown
     * @param live the object as the server has it
     */
    JsonObject between(JsonObject original, JsonObject modified, JsonObject live) {
        return schema(modified)
                .map(type -> ThreeWayPatch.strategic(original, modified, live, type))
                .orElseGet(() -> ThreeWayPatch.merge(original, modified, live));
    }

    private Optional<TypeSchema> schema(JsonObject object) {
        return catalog.byKind(new ObjectView(object).gvk());
    }

    /** What was applied last according to an object's annotation; empty if nothing readable is there. */
    static JsonObject lastApplied(ObjectView live) {
        String text = live.annotations().getOrDefault(LAST_APPLIED, "");
        if (text.isEmpty()) {
            return JsonValue.EMPTY_JSON_OBJECT;
        }
        try {
            return JsonCodec.parseObject(text.getBytes(StandardCharsets.UTF_8));
        } catch (CodecException unreadable) {
            return JsonValue.EMPTY_JSON_OBJECT;
        }
    }

    /** The object with itself in the annotation, so that the next apply, ours or kubectl's, knows what it said. */
    static JsonObject remember(JsonObject object) {
        JsonObject plain = JsonTrees.remove(object, "metadata", "annotations", LAST_APPLIED);
        if (new ObjectView(plain).object("metadata", "annotations").isEmpty()) {
            plain = JsonTrees.remove(plain, "metadata", "annotations");
        }
        JsonString text = JsonTrees.text(plain + "\n");
        return JsonTrees.set(plain, text, "metadata", "annotations", LAST_APPLIED);
    }
}
