package io.coxswain.client;

import io.coxswain.meta.ApiException;
import java.util.Optional;

/** Receives a watch's events. */
public interface WatchListener<T> {
    /** @param type ADDED, MODIFIED or DELETED */
    void onEvent(String type, T object);

    /** A bookmark: every event up to this resource version has been delivered. */
    default void onBookmark(String resourceVersion) {}

    /** The watch has ended: normally (empty), or with an error such as 410. Nothing comes after. */
    void onClose(Optional<ApiException> error);
}
