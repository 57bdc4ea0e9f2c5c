package io.coxswain.scheduler;

import io.coxswain.client.ApiClient;
import io.coxswain.client.PatchType;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.client.Timers;
import io.coxswain.client.WriteOptions;
import io.coxswain.meta.ApiException;
import io.coxswain.placement.Volumes;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.PodInfo;
import io.coxswain.scheduler.framework.VolumeObjects;
import io.coxswain.scheduler.plugin.volumebinding.Choice;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.spi.JsonProvider;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Carries out a choice of volumes before its pod is bound: names the claim on a volume, or the node on a claim, and waits until the
 * control loops that bind and provision have done the rest. Holds no thread while it waits. Thread-safe.
 */
final class VolumeBinder {
    private static final JsonProvider JSON = JsonProvider.provider();
    private static final Duration CHECK = Duration.ofMillis(200);
    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final String BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";

    private final ResourceClient<PersistentVolume> volumes;
    private final ResourceClient<PersistentVolumeClaim> claims;
    private final InformerVolumes objects;
    private final Timers timers;

    VolumeBinder(ApiClient client, InformerVolumes objects, Timers timers) {
        this.volumes = client.resource(ResourceTypes.PERSISTENT_VOLUMES);
        this.claims = client.resource(ResourceTypes.PERSISTENT_VOLUME_CLAIMS);
        this.objects = objects;
        this.timers = timers;
    }

    /** @param written claim → its version with the chosen node; 0 if nothing was written to the claim */
    private record Binding(
            PodInfo pod,
            NodeInfo node,
            Choice choice,
            Map<String, Long> written,
            Instant until,
            Consumer<Optional<String>> end) {}

    /**
     * Writes now and answers later.
     *
     * @param end is told once, on a thread of the timers: nothing if the pod can be bound, else why not
     */
    void bind(PodInfo pod, NodeInfo node, Choice choice, Consumer<Optional<String>> end) {
        Binding binding = new Binding(
                pod, node, choice, new HashMap<>(), timers.steady().instant().plus(TIMEOUT), end);
        try {
            for (Choice.Match match : choice.matches()) {
                binding.written().put(Volumes.text(match.claim()), 0L);
                volumes.patch(
                        "",
                        match.volume().getMetadata().getName(),
                        PatchType.MERGE,
                        claimRef(match),
                        "",
                        WriteOptions.DEFAULT);
            }
            for (PersistentVolumeClaim claim : choice.provisions()) {
                PersistentVolumeClaim written = claims.patch(
                        pod.namespace(),
                        claim.getMetadata().getName(),
                        PatchType.MERGE,
                        selectedNode(claim, node),
                        "",
                        WriteOptions.DEFAULT);
                binding.written().put(Volumes.text(claim), version(written));
            }
        } catch (ApiException e) {
            end.accept(Optional.of(String.valueOf(e.getMessage())));
            return;
        }
        check(binding);
    }

    private static JsonObject claimRef(Choice.Match match) {
        PersistentVolumeClaim claim = match.claim();
        return JSON.createObjectBuilder()
                .add(
                        "metadata",
                        unchanged(match.volume())
                                .add("annotations", JSON.createObjectBuilder().add(BOUND_BY_CONTROLLER, "yes")))
                .add(
                        "spec",
                        JSON.createObjectBuilder()
                                .add(
                                        "claimRef",
                                        JSON.createObjectBuilder()
                                                .add("apiVersion", "v1")
                                                .add("kind", "PersistentVolumeClaim")
                                                .add(
                                                        "namespace",
                                                        claim.getMetadata().getNamespace())
                                                .add("name", claim.getMetadata().getName())
                                                .add("uid", claim.getMetadata().getUid())
                                                .add(
                                                        "resourceVersion",
                                                        claim.getMetadata().getResourceVersion())))
                .build();
    }

    private static JsonObject selectedNode(PersistentVolumeClaim claim, NodeInfo node) {
        return JSON.createObjectBuilder()
                .add(
                        "metadata",
                        unchanged(claim)
                                .add("annotations", JSON.createObjectBuilder().add(Volumes.SELECTED_NODE, node.name())))
                .build();
    }

    /** Refuses to write over what somebody else has written meanwhile. */
    private static JsonObjectBuilder unchanged(HasMetadata object) {
        return JSON.createObjectBuilder()
                .add("uid", object.getMetadata().getUid())
                .add("resourceVersion", object.getMetadata().getResourceVersion());
    }

    private static long version(HasMetadata object) {
        return Long.parseLong(object.getMetadata().getResourceVersion());
    }

    private void check(Binding binding) {
        boolean all = true;
        for (Map.Entry<String, Long> entry : binding.written().entrySet()) {
            String name = entry.getKey().substring(entry.getKey().indexOf('/') + 1);
            Optional<PersistentVolumeClaim> claim =
                    objects.written(binding.pod().namespace(), name);
            Optional<String> error = claim.isEmpty()
                    ? Optional.of("persistentvolumeclaim \"" + name + "\" not found")
                    : fault(claim.get(), entry.getValue(), binding);
            if (error.isPresent()) {
                binding.end().accept(error);
                return;
            }
            all &= claim.filter(Volumes::isBound)
                    .flatMap(bound -> objects.volume(Volumes.volumeName(bound)))
                    .isPresent();
        }
        if (all) {
            binding.end().accept(Optional.empty());
        } else if (timers.steady().instant().isAfter(binding.until())) {
            binding.end().accept(Optional.of("timed out waiting for the condition"));
        } else {
            timers.after(CHECK, () -> check(binding));
        }
    }

    /** A provisioner that cannot serve the chosen node takes its name off the claim. */
    private Optional<String> fault(PersistentVolumeClaim claim, long written, Binding binding) {
        if (claim.getMetadata().getDeletionTimestamp() != null) {
            return Optional.of("persistentvolumeclaim \"" + claim.getMetadata().getName() + "\" is being deleted");
        }
        boolean seen = written > 0 && version(claim) >= written;
        if (seen && !binding.node().name().equals(Volumes.annotation(claim, Volumes.SELECTED_NODE))) {
            return Optional.of(
                    "provisioning failed for PVC \"" + claim.getMetadata().getName() + "\"");
        }
        return objects.volume(Volumes.volumeName(claim))
                .filter(volume -> Volumes.isBound(claim) && !VolumeObjects.isReachable(volume, binding.node()))
                .map(volume -> "pv \"" + volume.getMetadata().getName() + "\" node affinity doesn't match node \""
                        + binding.node().name() + "\": no matching NodeSelectorTerms");
    }
}
