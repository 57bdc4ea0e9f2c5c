package io.coxswain.meta;

import jakarta.json.JsonObject;

/** An object in both its forms; whichever is missing is made when first asked for. Immutable, thread-safe. */
public interface ApiObject {
    /** The immutable tree. */
    JsonObject tree();

    /** The UTF-8 JSON bytes as clients receive them; the caller must not change them. */
    byte[] json();

    /** {@code metadata.name}; {@code ""} if there is none. Those who know it without reading the object say so. */
    default String name() {
        return new ObjectView(tree()).name();
    }
}
