package io.coxswain.apiserver.registry;

import io.coxswain.meta.FieldError;
import io.coxswain.meta.GroupVersionKind;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What the registry asks of the codecs and of the schema of types. Thread-safe. */
public interface TypeSystem {
    /**
     * A decoded body.
     *
     * @param problems what strict decoding objects to, such as {@code duplicate field "spec.replicas"}
     */
    record Decoded(JsonValue value, List<String> problems) {
        public Decoded {
            problems = List.copyOf(problems);
        }
    }

    /**
     * Reads a body.
     *
     * @param contentType the {@code Content-Type} header; {@code ""} means JSON
     * @throws io.coxswain.meta.ApiException 415 for media types that no codec reads, 400 for bytes that cannot be read
     */
    Decoded decode(byte[] body, String contentType);

    /**
     * Checks an object against its schema: what is unknown is dropped, values are brought into their usual form.
     *
     * @throws io.coxswain.meta.ApiException 400 if a value has the wrong type, worded as Go's decoder does
     */
    Decoded conform(GroupVersionKind kind, JsonObject object);

    /** @throws io.coxswain.meta.ApiException if the patch cannot be applied */
    JsonObject strategicMerge(GroupVersionKind kind, JsonObject object, JsonObject patch);

    /** @throws io.coxswain.meta.ApiException if the patch cannot be applied */
    JsonValue jsonPatch(JsonValue object, JsonValue patch);

    JsonValue mergePatch(JsonValue object, JsonValue patch);

    /** Whether kinds have a schema with which strategic merge patches can work. */
    boolean hasStrategicMerge(GroupVersionKind kind);

    /** Faults of labels, annotations, owner references, finalizers; names are checked by the kind. */
    List<FieldError> validateMetadata(JsonObject object);

    /** @throws io.coxswain.meta.ApiException 400 for a selector that cannot be parsed */
    Predicate<Map<String, String>> labelSelector(String text);

    /**
     * A parsed field selector.
     *
     * @throws io.coxswain.meta.ApiException 400 for a selector that cannot be parsed
     */
    FieldSelection fieldSelector(String text);

    /** Conditions on fields, all of which must hold. */
    interface FieldSelection {
        boolean isEmpty();

        /** The names of the fields asked for. */
        List<String> fields();

        boolean matches(Map<String, String> values);

        /** The value that a field must have; {@code ""} if the selector does not demand one value. */
        String exact(String field);
    }
}
