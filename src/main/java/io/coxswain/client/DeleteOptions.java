package io.coxswain.client;

import org.jspecify.annotations.Nullable;

/**
 * How to delete. {@code null} everywhere leaves the choice to the server.
 *
 * @param gracePeriodSeconds 0 removes a pod at once
 * @param propagationPolicy Background, Foreground or Orphan
 * @param uid refuses with 409 unless the object has this uid
 * @param resourceVersion refuses with 409 unless the object is at this version
 */
public record DeleteOptions(
        @Nullable Long gracePeriodSeconds,
        @Nullable String propagationPolicy,
        @Nullable String uid,
        @Nullable String resourceVersion) {
    public static final DeleteOptions DEFAULT = new DeleteOptions(null, null, null, null);

    public static DeleteOptions uid(String uid) {
        return new DeleteOptions(null, null, uid, null);
    }

    public static DeleteOptions now(String uid) {
        return new DeleteOptions(0L, null, uid, null);
    }
}
