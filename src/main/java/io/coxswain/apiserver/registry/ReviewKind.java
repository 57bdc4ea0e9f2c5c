package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.request.ApiRequest;
import jakarta.json.JsonObject;
import java.util.Set;

/** A kind that is never stored: it can only be created, and the answer is the object with its status filled in (access and token reviews). */
public interface ReviewKind extends KindDefinition {
    @Override
    default Set<String> verbs() {
        return Set.of("create");
    }

    /** Answers the review. The object has passed schema, defaulting and {@link #validate}. */
    JsonObject review(ApiRequest request, JsonObject object);
}
