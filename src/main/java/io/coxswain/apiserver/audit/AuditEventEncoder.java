package io.coxswain.apiserver.audit;

import io.coxswain.apiserver.audit.AuditEvent.Answer;
import io.coxswain.apiserver.request.RequestBody;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.codec.CodecException;
import io.coxswain.codec.JsonCodec;
import io.coxswain.codec.ProtobufCodec;
import io.coxswain.codec.YamlCodec;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ApiObject;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.Status;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Makes the JSON of an {@code audit.k8s.io/v1 Event}. Stateless. */
final class AuditEventEncoder {
    /** Larger events lose their bodies, as with upstream's truncating backend. */
    static final int MAX_EVENT = 100 * 1024;

    static final String TRUNCATED = "audit.k8s.io/truncated";

    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private AuditEventEncoder() {}

    /** One line without its end. */
    static byte[] encode(AuditEvent event) {
        byte[] whole = JsonCodec.encodeObject(tree(event, true));
        return whole.length <= MAX_EVENT ? whole : JsonCodec.encodeObject(tree(event, false));
    }

    private static JsonObject tree(AuditEvent event, boolean bodies) {
        JsonObjectBuilder json = JsonTrees.object()
                .add("kind", "Event")
                .add("apiVersion", "audit.k8s.io/v1")
                .add("level", event.level().text())
                .add("auditID", event.auditId())
                .add("stage", event.stage().text())
                .add("requestURI", event.origin().uri())
                .add("verb", event.request().verb())
                .add("user", user(event.origin().authenticated()));
        if (!event.user().equals(event.origin().authenticated())) {
            json.add("impersonatedUser", user(event.user()));
        }
        if (!event.origin().addresses().isEmpty()) {
            json.add("sourceIPs", JsonTrees.texts(event.origin().addresses()));
        }
        addUnlessEmpty(json, "userAgent", event.userAgent());
        if (event.request().isResource()) {
            json.add("objectRef", objectRef(event));
        }
        if (event.code() != 0) {
            json.add("responseStatus", responseStatus(event));
        }
        if (bodies) {
            requestObject(event).ifPresent(body -> json.add("requestObject", body));
            responseObject(event).ifPresent(body -> json.add("responseObject", body));
        }
        json.add("requestReceivedTimestamp", MICROS.format(event.received()))
                .add("stageTimestamp", MICROS.format(event.at()));
        Map<String, String> annotations = event.annotations();
        if (!bodies) {
            annotations = new HashMap<>(annotations);
            annotations.put(TRUNCATED, "true");
        }
        if (!annotations.isEmpty()) {
            json.add("annotations", JsonTrees.texts(annotations));
        }
        return json.build();
    }

    private static JsonObject user(UserInfo user) {
        JsonObjectBuilder json = JsonTrees.object();
        addUnlessEmpty(json, "username", user.name());
        addUnlessEmpty(json, "uid", user.uid());
        if (!user.groups().isEmpty()) {
            json.add("groups", JsonTrees.texts(user.groups()));
        }
        if (!user.extra().isEmpty()) {
            JsonObjectBuilder extra = JsonTrees.object();
            user.extra().forEach((key, values) -> extra.add(key, JsonTrees.texts(values)));
            json.add("extra", extra);
        }
        return json.build();
    }

    private static JsonObject objectRef(AuditEvent event) {
        RequestInfo request = event.request();
        JsonObjectBuilder json = JsonTrees.object();
        addUnlessEmpty(json, "resource", request.resource());
        addUnlessEmpty(json, "namespace", request.namespace());
        String name = request.name().isEmpty() ? event.objectName() : request.name();
        Status status = event.status();
        if (name.isEmpty()
                && status != null
                && status.details() != null
                && request.verb().equals("create")) {
            name = status.details().name();
        }
        addUnlessEmpty(json, "name", name);
        addUnlessEmpty(json, "apiGroup", request.group());
        addUnlessEmpty(json, "apiVersion", request.version());
        addUnlessEmpty(json, "subresource", request.subresource());
        return json.build();
    }

    private static JsonObject responseStatus(AuditEvent event) {
        Status failure = event.status();
        JsonObject known = JsonValue.EMPTY_JSON_OBJECT;
        if (failure != null) {
            known = failure.toJson();
        } else if (event.request().verb().startsWith("delete")
                && event.answer().objects().size() == 1
                && isStatus(event.answer().objects().get(0).tree())) {
            known = event.answer().objects().get(0).tree();
        }
        JsonObjectBuilder json = JsonTrees.object().add("metadata", JsonValue.EMPTY_JSON_OBJECT);
        for (String field : new String[] {"status", "message", "reason", "details"}) {
            JsonValue value = known.get(field);
            if (value != null) {
                json.add(field, value);
            }
        }
        return json.add("code", event.code()).build();
    }

    private static boolean isStatus(JsonObject object) {
        return "Status".equals(object.getString("kind", "")) && "v1".equals(object.getString("apiVersion", ""));
    }

    /** The body as a tree; empty if there is none or it cannot be read, which the answer tells. */
    private static Optional<JsonValue> requestObject(AuditEvent event) {
        if (event.requestObject() instanceof RequestBody.Tree tree) {
            return Optional.of(shown(event, tree.value()));
        }
        if (event.requestObject() instanceof RequestBody.Encoded encoded) {
            try {
                return Optional.of(shown(event, decode(encoded.bytes(), event.contentType())));
            } catch (CodecException | ApiException unreadable) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static JsonValue decode(byte[] bytes, String contentType) {
        if (ProtobufCodec.hasPrefix(bytes)) {
            return ProtobufCodec.builtIn().decode(bytes);
        }
        return contentType.contains("yaml")
                ? YamlCodec.parse(bytes).value()
                : JsonCodec.parse(bytes).value();
    }

    private static Optional<JsonValue> responseObject(AuditEvent event) {
        Answer answer = event.answer();
        if (event.level() != AuditLevel.REQUEST_RESPONSE || answer.truncated()) {
            return Optional.empty();
        }
        if (answer.kind().isEmpty()) {
            return answer.objects().stream().findFirst().map(object -> shown(event, object.tree()));
        }
        JsonArrayBuilder items = JsonTrees.array();
        for (ApiObject object : answer.objects()) {
            items.add(shown(event, object.tree()));
        }
        return Optional.of(JsonTrees.object()
                .add("kind", answer.kind())
                .add("apiVersion", answer.apiVersion())
                .add("metadata", JsonTrees.object().add("resourceVersion", answer.resourceVersion()))
                .add("items", items)
                .build());
    }

    private static JsonValue shown(AuditEvent event, JsonValue value) {
        if (event.omitManagedFields()
                && value instanceof JsonObject object
                && object.get("metadata") instanceof JsonObject metadata
                && metadata.containsKey("managedFields")) {
            return JsonTrees.with(object, "metadata", JsonTrees.without(metadata, "managedFields"));
        }
        return value;
    }

    private static void addUnlessEmpty(JsonObjectBuilder json, String key, String value) {
        if (!value.isEmpty()) {
            json.add(key, value);
        }
    }
}
