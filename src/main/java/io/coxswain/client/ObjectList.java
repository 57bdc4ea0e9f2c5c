package io.coxswain.client;

import java.util.List;

/** A page of objects; {@code continueToken} is {@code ""} on the last, {@code remainingItems} -1 if unknown. */
public record ObjectList<T>(List<T> items, String resourceVersion, String continueToken, long remainingItems) {
    public ObjectList {
        items = List.copyOf(items);
    }
}
