package io.coxswain.codec;

import jakarta.json.JsonValue;
import java.util.Set;

/**
 * A decoded value.
 *
 * @param duplicates the paths of fields that occurred twice in one object, such as {@code spec.replicas}; the last
 *     occurrence is the one in the tree
 * @param notes what strict decoding has to say beside the paths, ready to print: YAML's
 *     {@code yaml: unmarshal errors: …} for keys that are set twice; {@code ""} if nothing
 */
public record Parsed(JsonValue value, Set<String> duplicates, String notes) {
    public Parsed {
        duplicates = Set.copyOf(duplicates);
    }
}
