package io.coxswain.node.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.Optional;
import java.util.Set;

/** Strategic-merge patches that turn the status an object has into the one it should have. Pure. */
public final class StatusPatch {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Status fields that are the node's to write, and to clear. */
    private static final Set<String> OWNED = Set.of(
            "observedGeneration",
            "phase",
            "reason",
            "message",
            "startTime",
            "qosClass",
            "hostIP",
            "hostIPs",
            "podIP",
            "podIPs",
            "initContainerStatuses",
            "containerStatuses",
            "ephemeralContainerStatuses");

    private StatusPatch() {}

    /**
     * The patch from {@code pod}'s status to {@code wanted}; empty if they agree in all that belongs to the node.
     * Conditions of others are left alone: the list merges by type.
     */
    public static Optional<JsonNode> of(Pod pod, PodStatus wanted) {
        ObjectNode have = JSON.valueToTree(pod.getStatus() == null ? new PodStatus() : pod.getStatus());
        ObjectNode want = JSON.valueToTree(wanted);
        ObjectNode status = JSON.createObjectNode();
        for (String field : OWNED) {
            JsonNode now = want.path(field);
            JsonNode old = have.path(field);
            if (now.equals(old)) {
                continue;
            }
            if (now.isMissingNode()) {
                status.set(field, list(field) ? emptied(field) : JSON.nullNode());
            } else {
                status.set(field, field.equals("podIPs") ? replaced(now) : now);
            }
        }
        ArrayNode conditions = conditions(have.path("conditions"), want.path("conditions"));
        if (!conditions.isEmpty()) {
            status.set("conditions", conditions);
        }
        if (status.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode patch = JSON.createObjectNode();
        patch.putObject("metadata").put("uid", pod.getMetadata().getUid());
        patch.set("status", status);
        return Optional.of(patch);
    }

    private static boolean list(String field) {
        return field.equals("podIPs");
    }

    private static JsonNode emptied(String field) {
        return field.equals("podIPs") ? replaced(JSON.createArrayNode()) : JSON.nullNode();
    }

    /** podIPs merge by address, so old addresses must be dropped in so many words. */
    private static JsonNode replaced(JsonNode items) {
        ArrayNode out = JSON.createArrayNode();
        items.forEach(out::add);
        out.addObject().put("$patch", "replace");
        return out;
    }

    private static ArrayNode conditions(JsonNode have, JsonNode want) {
        ArrayNode out = JSON.createArrayNode();
        for (JsonNode now : want) {
            JsonNode old = JSON.missingNode();
            for (JsonNode each : have) {
                if (each.path("type").equals(now.path("type"))) {
                    old = each;
                }
            }
            if (same(old, now)) {
                continue;
            }
            ObjectNode patch = now.deepCopy();
            for (String field : Set.of("reason", "message")) {
                if (!now.hasNonNull(field) && old.hasNonNull(field)) {
                    patch.putNull(field);
                }
            }
            out.add(patch);
        }
        return out;
    }

    private static boolean same(JsonNode old, JsonNode now) {
        for (String field : Set.of("type", "status", "reason", "message", "observedGeneration")) {
            if (!old.path(field).equals(now.path(field))) {
                return false;
            }
        }
        return true;
    }
}
