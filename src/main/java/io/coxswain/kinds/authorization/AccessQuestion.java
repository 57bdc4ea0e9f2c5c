package io.coxswain.kinds.authorization;

import io.coxswain.apiserver.authz.Authorizer.Attributes;
import io.coxswain.apiserver.authz.Authorizer.Decision;
import io.coxswain.apiserver.authz.Authorizer.Verdict;
import io.coxswain.apiserver.authz.AuthorizerChain;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the three access reviews have in common: the question in {@code spec}, the answer in {@code status}. */
final class AccessQuestion {
    private static final FieldPath SPEC = FieldPath.of("spec");

    private AccessQuestion() {}

    /** Faults of the attributes asked about. */
    static List<FieldError> validateAttributes(ObjectView review) {
        List<FieldError> errors = new ArrayList<>();
        boolean resource = review.at("spec", "resourceAttributes").isPresent();
        boolean path = review.at("spec", "nonResourceAttributes").isPresent();
        if (resource && path) {
            errors.add(FieldError.invalid(
                    SPEC.child("nonResourceAttributes"),
                    review.object("spec", "nonResourceAttributes"),
                    "cannot be specified in combination with resourceAttributes"));
        }
        if (!resource && !path) {
            errors.add(FieldError.invalid(
                    SPEC.child("resourceAttributes"),
                    jakarta.json.JsonValue.NULL,
                    "exactly one of nonResourceAttributes or resourceAttributes must be specified"));
        }
        return errors;
    }

    /** Faults of the subject asked about. */
    static List<FieldError> validateSubject(ObjectView review) {
        if (review.text("spec", "user").isEmpty()
                && review.strings("spec", "groups").isEmpty()) {
            return List.of(
                    FieldError.invalid(SPEC.child("user"), "", "at least one of user or group must be specified"));
        }
        return List.of();
    }

    /** The user that {@code spec} names. */
    static UserInfo subject(ObjectView review) {
        Map<String, List<String>> extra = new LinkedHashMap<>();
        review.object("spec", "extra").forEach((key, value) -> {
            if (value instanceof JsonArray array) {
                extra.put(
                        key,
                        array.stream()
                                .filter(JsonString.class::isInstance)
                                .map(item -> ((JsonString) item).getString())
                                .toList());
            }
        });
        return new UserInfo(
                review.text("spec", "user"), review.text("spec", "uid"), review.strings("spec", "groups"), extra);
    }

    /** The review with its status: whether the user may do what {@code spec} asks. */
    static JsonObject answer(AuthorizerChain authorizers, UserInfo user, ObjectView review) {
        Decision decision = authorizers.authorize(attributes(user, review));
        JsonObjectBuilder status = Json.createObjectBuilder().add("allowed", decision.verdict() == Verdict.ALLOW);
        if (decision.verdict() == Verdict.DENY) {
            status.add("denied", true);
        }
        if (!decision.reason().isEmpty()) {
            status.add("reason", decision.reason());
        }
        return Json.createObjectBuilder(review.json()).add("status", status).build();
    }

    private static Attributes attributes(UserInfo user, ObjectView review) {
        if (review.at("spec", "nonResourceAttributes").isPresent()) {
            ObjectView asked = new ObjectView(review.object("spec", "nonResourceAttributes"));
            RequestInfo request =
                    new RequestInfo(false, asked.text("verb"), asked.text("path"), "", "", "", "", "", "");
            return new Attributes(user, request, "");
        }
        ObjectView asked = new ObjectView(review.object("spec", "resourceAttributes"));
        RequestInfo request = new RequestInfo(
                true,
                asked.text("verb"),
                "",
                asked.text("group"),
                asked.text("version"),
                asked.text("namespace"),
                asked.text("resource"),
                asked.text("subresource"),
                asked.text("name"));
        return new Attributes(user, request, fieldSelector(asked));
    }

    /** The selector as a list request would carry it; requirements that are no equality cannot narrow a right, so they are left out. */
    private static String fieldSelector(ObjectView asked) {
        String raw = asked.text("fieldSelector", "rawSelector");
        if (!raw.isEmpty()) {
            return raw;
        }
        return String.join(
                ",",
                asked.items("fieldSelector", "requirements").stream()
                        .filter(one -> one.text("operator").equals("In")
                                && one.strings("values").size() == 1)
                        .map(one ->
                                one.text("key") + "=" + one.strings("values").get(0))
                        .toList());
    }
}
