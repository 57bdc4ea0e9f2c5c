package io.coxswain.meta;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@code metav1.Status}: what the API answers when it has no object to show, failures above all.
 *
 * @param success whether this is a success status
 * @param code the HTTP status code
 * @param reason the machine-readable reason, such as {@code NotFound}; {@code ""} if there is none
 * @param message the sentence for people, worded as upstream words it: kubectl prints it unchanged
 * @param details what the message is about, if known
 * @param continueToken the token to go on with after a 410 of a paged list; {@code ""} otherwise
 */
public record Status(
        boolean success,
        int code,
        String reason,
        String message,
        @Nullable Details details,
        String continueToken) {

    /**
     * What a status is about.
     *
     * @param retryAfterSeconds seconds to wait before another try; 0 if unknown
     */
    public record Details(
            String name, String group, String kind, String uid, List<Cause> causes, int retryAfterSeconds) {
        public Details {
            causes = List.copyOf(causes);
        }
    }

    /** One cause of a failure: a reason, its message and the field it is about ({@code ""} if none). */
    public record Cause(String reason, String message, String field) {}

    public static Status failure(int code, String reason, String message, @Nullable Details details) {
        return new Status(false, code, reason, message, details, "");
    }

    public static Status success(int code, @Nullable Details details) {
        return new Status(true, code, "", "", details, "");
    }

    public Status withContinueToken(String token) {
        return new Status(success, code, reason, message, details, token);
    }

    /** The JSON form, {@code kind: Status}, {@code apiVersion: v1}. */
    public JsonObject toJson() {
        JsonObjectBuilder metadata = Json.createObjectBuilder();
        if (!continueToken.isEmpty()) {
            metadata.add("continue", continueToken);
        }
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("kind", "Status")
                .add("apiVersion", "v1")
                .add("metadata", metadata)
                .add("status", success ? "Success" : "Failure");
        if (!message.isEmpty()) {
            json.add("message", message);
        }
        if (!reason.isEmpty()) {
            json.add("reason", reason);
        }
        if (details != null) {
            json.add("details", detailsJson(details));
        }
        if (!success || code != 200) {
            json.add("code", code);
        }
        return json.build();
    }

    private static JsonObjectBuilder detailsJson(Details details) {
        JsonObjectBuilder json = Json.createObjectBuilder();
        addUnlessEmpty(json, "name", details.name());
        addUnlessEmpty(json, "group", details.group());
        addUnlessEmpty(json, "kind", details.kind());
        addUnlessEmpty(json, "uid", details.uid());
        if (!details.causes().isEmpty()) {
            JsonArrayBuilder causes = Json.createArrayBuilder();
            for (Cause cause : details.causes()) {
                JsonObjectBuilder one = Json.createObjectBuilder();
                addUnlessEmpty(one, "reason", cause.reason());
                addUnlessEmpty(one, "message", cause.message());
                addUnlessEmpty(one, "field", cause.field());
                causes.add(one);
            }
            json.add("causes", causes);
        }
        if (details.retryAfterSeconds() > 0) {
            json.add("retryAfterSeconds", details.retryAfterSeconds());
        }
        return json;
    }

    private static void addUnlessEmpty(JsonObjectBuilder json, String key, String value) {
        if (!value.isEmpty()) {
            json.add(key, value);
        }
    }
}
