package io.coxswain.console.apply;

import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;

/**
 * One document of a manifest.
 *
 * @param index from 1
 * @param line on which it begins, from 1
 * @param object empty if it could not be read
 * @param problem why it could not be read; {@code ""} if it could
 */
record Document(int index, int line, JsonObject object, String problem) {
    static Document broken(int index, int line, String problem) {
        return new Document(index, line, JsonValue.EMPTY_JSON_OBJECT, problem);
    }

    ObjectView view() {
        return new ObjectView(object);
    }
}
