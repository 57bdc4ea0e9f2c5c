package io.coxswain.console.shell;

import io.coxswain.client.ApiClient;
import io.coxswain.client.ResourceType;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.util.HashMap;
import java.util.Map;

/** Asks the API server what its user may do, with SelfSubjectAccessReviews; each answer is kept for as long as this object lives (a request). Not thread-safe. */
public final class Permissions {
    private final ApiClient client;
    private final Texts texts;
    private final Map<Question, Permit> answers = new HashMap<>();

    public Permissions(ApiClient client, Texts texts) {
        this.client = client;
        this.texts = texts;
    }

    private record Question(String verb, ResourceType<?> type, String subresource, String namespace, String name) {}

    /** @param namespace {@code ""} for all namespaces and for what has none */
    public Permit may(String verb, ResourceType<?> type, String namespace) {
        return may(verb, type, "", namespace, "");
    }

    /** @param subresource {@code ""} for the object itself; @param name {@code ""} for any object */
    public Permit may(String verb, ResourceType<?> type, String subresource, String namespace, String name) {
        return answers.computeIfAbsent(new Question(verb, type, subresource, namespace, name), this::ask);
    }

    /** Whether the user may read a path that is no resource, such as {@code /metrics}. */
    public Permit mayGet(String path) {
        JsonObject attributes =
                JsonTrees.object().add("verb", "get").add("path", path).build();
        return isAllowed("nonResourceAttributes", attributes)
                ? Permit.YES
                : new Permit(false, texts.of("permission.missing.cluster", "get", path));
    }

    private Permit ask(Question question) {
        JsonObject attributes = JsonTrees.object()
                .add("verb", question.verb())
                .add("group", question.type().gvr().group())
                .add("version", question.type().gvr().version())
                .add("resource", question.type().gvr().resource())
                .add("subresource", question.subresource())
                .add("namespace", question.namespace())
                .add("name", question.name())
                .build();
        return isAllowed("resourceAttributes", attributes) ? Permit.YES : new Permit(false, reason(question));
    }

    private boolean isAllowed(String kind, JsonObject attributes) {
        JsonObject review = JsonTrees.object()
                .add("apiVersion", "authorization.k8s.io/v1")
                .add("kind", "SelfSubjectAccessReview")
                .add("metadata", JsonTrees.object())
                .add("spec", JsonTrees.object().add(kind, attributes))
                .build();
        ObjectView answer =
                new ObjectView(client.resource(Resources.SELF_REVIEWS).create(review));
        return answer.flag("status", "allowed").orElse(false);
    }

    private String reason(Question question) {
        String resource = question.type().gvr().groupResource()
                + (question.subresource().isEmpty() ? "" : "/" + question.subresource());
        return question.namespace().isEmpty()
                ? texts.of("permission.missing.cluster", question.verb(), resource)
                : texts.of("permission.missing", question.verb(), resource, question.namespace());
    }
}
