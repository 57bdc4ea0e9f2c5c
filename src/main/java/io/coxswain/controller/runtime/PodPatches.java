package io.coxswain.controller.runtime;

import io.coxswain.client.PatchType;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.WriteOptions;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Writes single conditions and the phase into a pod's status, whatever else is written there at the same time. */
public final class PodPatches {
    private PodPatches() {}

    /**
     * A condition to be set.
     *
     * @param reason {@code ""} leaves reason and message as they are
     */
    public record Condition(String type, String status, String reason, String message) {}

    /**
     * Patches the status, of this very pod and no successor of the same name.
     *
     * @param phase {@code ""} leaves it as it is
     */
    public static void status(
            ResourceClient<Pod> pods, Pod pod, String phase, Optional<Condition> condition, Instant now) {
        JsonObjectBuilder status = Json.createObjectBuilder();
        if (!phase.isEmpty()) {
            status.add("phase", phase);
        }
        condition.ifPresent(
                wanted -> status.add("conditions", Json.createArrayBuilder().add(tree(pod, wanted, now))));
        JsonObject patch = Json.createObjectBuilder()
                .add(
                        "metadata",
                        Json.createObjectBuilder().add("uid", pod.getMetadata().getUid()))
                .add("status", status)
                .build();
        pods.patch(
                pod.getMetadata().getNamespace(),
                pod.getMetadata().getName(),
                PatchType.STRATEGIC,
                patch,
                "status",
                WriteOptions.DEFAULT);
    }

    private static JsonObject tree(Pod pod, Condition wanted, Instant now) {
        Optional<PodCondition> known = Pods.condition(pod, wanted.type());
        JsonObjectBuilder tree =
                Json.createObjectBuilder().add("type", wanted.type()).add("status", wanted.status());
        if (!wanted.reason().isEmpty()) {
            tree.add("reason", wanted.reason()).add("message", wanted.message());
        }
        if (known.isEmpty() || !wanted.status().equals(known.get().getStatus())) {
            tree.add("lastTransitionTime", now.truncatedTo(ChronoUnit.SECONDS).toString());
        }
        return tree.build();
    }
}
