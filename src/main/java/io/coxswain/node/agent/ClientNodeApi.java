package io.coxswain.node.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.coxswain.client.ApiClient;
import io.coxswain.client.ApiEventRecorder;
import io.coxswain.client.DeleteOptions;
import io.coxswain.client.EventRecorder;
import io.coxswain.client.PatchType;
import io.coxswain.client.ResourceTypes;
import io.coxswain.client.WriteOptions;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.JsonTrees;
import io.coxswain.node.NodeApi;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@link NodeApi} over an {@link ApiClient} with the node's own identity. */
public final class ClientNodeApi implements NodeApi {

    private static final String LEASES = "kube-node-lease";
    private static final int LEASE_SECONDS = 40;

    private final ApiClient client;
    private final Function<String, List<Service>> services;
    private final EventRecorder events;
    private @Nullable Lease lease;

    /** {@code services}: those of a namespace, from a cache. */
    public ClientNodeApi(ApiClient client, Function<String, List<Service>> services, EventRecorder events) {
        this.client = client;
        this.services = services;
        this.events = events;
    }

    @Override
    public Optional<ConfigMap> configMap(String namespace, String name) {
        return client.resource(ResourceTypes.CONFIG_MAPS).find(namespace, name);
    }

    @Override
    public Optional<Secret> secret(String namespace, String name) {
        return client.resource(ResourceTypes.SECRETS).find(namespace, name);
    }

    @Override
    public Optional<PersistentVolumeClaim> claim(String namespace, String name) {
        return client.resource(ResourceTypes.PERSISTENT_VOLUME_CLAIMS).find(namespace, name);
    }

    @Override
    public Optional<PersistentVolume> volume(String name) {
        return client.resource(ResourceTypes.PERSISTENT_VOLUMES).find("", name);
    }

    @Override
    public List<Service> services(String namespace) {
        return services.apply(namespace);
    }

    @Override
    public Token createToken(Pod pod, String audience, long expirationSeconds) {
        var spec = Json.createObjectBuilder()
                .add("expirationSeconds", expirationSeconds)
                .add(
                        "boundObjectRef",
                        Json.createObjectBuilder()
                                .add("apiVersion", "v1")
                                .add("kind", "Pod")
                                .add("name", pod.getMetadata().getName())
                                .add("uid", pod.getMetadata().getUid()));
        if (!audience.isEmpty()) {
            spec.add("audiences", Json.createArrayBuilder().add(audience));
        }
        JsonObject request = Json.createObjectBuilder()
                .add("apiVersion", "authentication.k8s.io/v1")
                .add("kind", "TokenRequest")
                .add("spec", spec)
                .build();
        String account = pod.getSpec().getServiceAccountName();
        JsonObject status = client.resource(ResourceTypes.SERVICE_ACCOUNTS)
                .createSubresource(
                        pod.getMetadata().getNamespace(),
                        account == null || account.isEmpty() ? "default" : account,
                        "token",
                        request)
                .getJsonObject("status");
        return new Token(status.getString("token"), Instant.parse(status.getString("expirationTimestamp")));
    }

    @Override
    public boolean patchPodStatus(Pod pod, JsonNode patch) {
        try {
            client.resource(ResourceTypes.PODS)
                    .patch(
                            pod.getMetadata().getNamespace(),
                            pod.getMetadata().getName(),
                            PatchType.STRATEGIC,
                            tree(patch),
                            "status",
                            WriteOptions.DEFAULT);
            return true;
        } catch (ApiException e) {
            // Another uid: this pod is gone and its name has been taken.
            if (e.isNotFound() || e.isConflict()) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void deletePod(Pod pod) {
        try {
            client.resource(ResourceTypes.PODS)
                    .delete(
                            pod.getMetadata().getNamespace(),
                            pod.getMetadata().getName(),
                            DeleteOptions.now(pod.getMetadata().getUid()));
        } catch (ApiException e) {
            if (!e.isNotFound() && !e.isConflict()) {
                throw e;
            }
        }
    }

    @Override
    public void event(HasMetadata about, String fieldPath, String type, String reason, String message) {
        ObjectReference reference = ApiEventRecorder.reference(about);
        if (!fieldPath.isEmpty()) {
            reference.setFieldPath(fieldPath);
        }
        events.event(reference, type, reason, message);
    }

    @Override
    public Node register(Node wanted) {
        var nodes = client.resource(ResourceTypes.NODES);
        String name = wanted.getMetadata().getName();
        Optional<Node> found = nodes.find("", name);
        if (found.isEmpty()) {
            try {
                return nodes.create(wanted);
            } catch (ApiException e) {
                if (!e.isAlreadyExists()) {
                    throw e;
                }
                found = Optional.of(nodes.get("", name));
            }
        }
        ObjectMeta have = found.get().getMetadata();
        ObjectMeta want = wanted.getMetadata();
        if (has(have.getLabels(), want.getLabels()) && has(have.getAnnotations(), want.getAnnotations())) {
            return found.get();
        }
        JsonObject patch = Json.createObjectBuilder()
                .add(
                        "metadata",
                        Json.createObjectBuilder()
                                .add("labels", JsonTrees.texts(texts(want.getLabels())))
                                .add("annotations", JsonTrees.texts(texts(want.getAnnotations()))))
                .build();
        return nodes.patch("", name, PatchType.STRATEGIC, patch, "", WriteOptions.DEFAULT);
    }

    private static boolean has(@Nullable Map<String, String> have, @Nullable Map<String, String> wanted) {
        return texts(have).entrySet().containsAll(texts(wanted).entrySet());
    }

    private static Map<String, String> texts(@Nullable Map<String, String> texts) {
        return texts == null ? Map.of() : texts;
    }

    @Override
    public boolean patchNodeStatus(String node, JsonNode patch) {
        try {
            client.resource(ResourceTypes.NODES)
                    .patch("", node, PatchType.STRATEGIC, tree(patch), "status", WriteOptions.DEFAULT);
            return true;
        } catch (ApiException e) {
            if (e.isNotFound()) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public synchronized void renewLease(Node node, Instant now) {
        var leases = client.resource(ResourceTypes.LEASES);
        String name = node.getMetadata().getName();
        ZonedDateTime time = now.truncatedTo(ChronoUnit.MICROS).atZone(ZoneOffset.UTC);
        Lease known = lease;
        lease = null;
        if (known == null) {
            known = leases.find(LEASES, name).orElse(null);
        }
        if (known == null) {
            lease = leases.create(new LeaseBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .withNamespace(LEASES)
                    .withOwnerReferences(new OwnerReferenceBuilder()
                            .withApiVersion("v1")
                            .withKind("Node")
                            .withName(name)
                            .withUid(node.getMetadata().getUid())
                            .build())
                    .endMetadata()
                    .withNewSpec()
                    .withHolderIdentity(name)
                    .withLeaseDurationSeconds(LEASE_SECONDS)
                    .withRenewTime(time)
                    .endSpec()
                    .build());
            return;
        }
        // A conflict leaves no known lease behind: the next round reads it again.
        lease = leases.update(new LeaseBuilder(known)
                .editSpec()
                .withHolderIdentity(name)
                .withLeaseDurationSeconds(LEASE_SECONDS)
                .withRenewTime(time)
                .endSpec()
                .build());
    }

    private static JsonValue tree(JsonNode node) {
        try (JsonReader reader = Json.createReader(new StringReader(node.toString()))) {
            return reader.readValue();
        }
    }
}
