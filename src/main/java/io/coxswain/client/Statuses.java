package io.coxswain.client;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.Status;
import jakarta.json.JsonObject;
import java.util.List;

/** Reads a Status that came over the wire or in a watch's ERROR event. */
final class Statuses {
    private Statuses() {}

    static ApiException exception(JsonObject status, int httpCode) {
        ObjectView view = new ObjectView(status);
        Status.Details details = new Status.Details(
                view.text("details", "name"),
                view.text("details", "group"),
                view.text("details", "kind"),
                view.text("details", "uid"),
                causes(view),
                view.number("details", "retryAfterSeconds").orElse(0L).intValue());
        int code = view.number("code").orElse((long) httpCode).intValue();
        return new ApiException(Status.failure(code, view.text("reason"), view.text("message"), details)
                .withContinueToken(view.text("metadata", "continue")));
    }

    private static List<Status.Cause> causes(ObjectView view) {
        return view.items("details", "causes").stream()
                .map(cause -> new Status.Cause(cause.text("reason"), cause.text("message"), cause.text("field")))
                .toList();
    }
}
