package io.coxswain.apiserver.registry;

import io.coxswain.meta.FieldError;
import io.coxswain.meta.GroupVersionKind;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What the registry asks of the codecs and of the schema of types. Thread-safe. */
public interface TypeSystem {
    /**
     * A decoded body.
     *
     * @param duplicates paths of fields that occurred twice
     * @param notes what strict decoding objects to besides, ready to print; {@code ""} if nothing
     */
    record Decoded(JsonValue value, Set<String> duplicates, String notes) {
        public Decoded {
            duplicates = Set.copyOf(duplicates);
        }

        /** A tree that was never text. */
        public static Decoded tree(JsonValue value) {
            return new Decoded(value, Set.of(), "");
        }
    }

    /**
     * An object that fits its schema.
     *
     * @param problems what strict decoding objects to, such as {@code unknown field "spec.foo"}
     */
    record Conformed(JsonObject object, List<String> problems) {
        public Conformed {
            problems = List.copyOf(problems);
        }
    }

    /**
     * Reads a body.
     *
     * @param contentType the {@code Content-Type} header; {@code ""} means JSON
     * @throws io.coxswain.meta.ApiException 415 for media types that no codec reads
     * @throws MalformedBodyException for bytes that cannot be read
     */
    Decoded decode(byte[] body, String contentType);

    /**
     * Checks an object against its schema: what is unknown is dropped, values are brought into their usual form.
     *
     * @param source how the object was decoded
     * @throws MalformedBodyException if a value has the wrong type, worded as Go's decoder does
     */
    Conformed conform(GroupVersionKind kind, JsonObject object, Decoded source);

    /** A body that is not what it ought to be; the message is the decoder's, without context. */
    final class MalformedBodyException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public MalformedBodyException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** @throws io.coxswain.meta.ApiException if the patch cannot be applied */
    JsonObject strategicMerge(GroupVersionKind kind, JsonObject object, JsonObject patch);

    /** @throws io.coxswain.meta.ApiException if the patch cannot be applied */
    JsonObject jsonPatch(JsonObject object, JsonValue patch);

    JsonObject mergePatch(JsonObject object, JsonObject patch);

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
