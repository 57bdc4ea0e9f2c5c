package io.coxswain.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An API of maps. Pods follow the rules that matter here: status patches merge, deletion at grace 0 removes. */
public final class FakeNodeApi implements NodeApi {

    private static final ObjectMapper JSON = new ObjectMapper();

    public final Map<String, ConfigMap> configMaps = new ConcurrentHashMap<>();
    public final Map<String, Secret> secrets = new ConcurrentHashMap<>();
    public final Map<String, PersistentVolumeClaim> claims = new ConcurrentHashMap<>();
    public final Map<String, PersistentVolume> volumes = new ConcurrentHashMap<>();
    public final List<Service> services = new CopyOnWriteArrayList<>();
    public final Map<String, Pod> pods = new ConcurrentHashMap<>();
    public final List<Event> events = new CopyOnWriteArrayList<>();
    public final List<JsonNode> patches = new CopyOnWriteArrayList<>();
    public final List<JsonNode> nodePatches = new CopyOnWriteArrayList<>();
    public final List<Instant> leases = new CopyOnWriteArrayList<>();
    public volatile Consumer<Pod> changed = p -> {};
    public volatile Consumer<Pod> deleted = p -> {};
    public volatile long tokenSeconds = 3600;
    public volatile @Nullable Node node;
    public volatile Optional<RuntimeException> outage = Optional.empty();
    private int tokens;

    /** An event as it was reported. */
    public record Event(String object, String fieldPath, String type, String reason, String message) {}

    @Override
    public Optional<ConfigMap> configMap(String namespace, String name) {
        return Optional.ofNullable(configMaps.get(namespace + "/" + name));
    }

    @Override
    public Optional<Secret> secret(String namespace, String name) {
        return Optional.ofNullable(secrets.get(namespace + "/" + name));
    }

    @Override
    public Optional<PersistentVolumeClaim> claim(String namespace, String name) {
        return Optional.ofNullable(claims.get(namespace + "/" + name));
    }

    @Override
    public Optional<PersistentVolume> volume(String name) {
        return Optional.ofNullable(volumes.get(name));
    }

    @Override
    public List<Service> services(String namespace) {
        return services.stream()
                .filter(s -> s.getMetadata().getNamespace().equals(namespace))
                .toList();
    }

    @Override
    public synchronized Token createToken(Pod pod, String audience, long seconds) {
        outage.ifPresent(e -> {
            throw e;
        });
        tokens++;
        return new Token("token-" + tokens + "-" + audience, Instant.now().plusSeconds(tokenSeconds));
    }

    /** Puts a pod into the API. */
    public void put(Pod pod) {
        pods.put(pod.getMetadata().getUid(), pod);
        changed.accept(pod);
    }

    /** What {@code kubectl delete} does. */
    public void markDeleted(String uid, long grace) {
        Pod pod = pods.computeIfPresent(
                uid,
                (k, p) -> new PodBuilder(p)
                        .editMetadata()
                        .withDeletionTimestamp(Instant.now().plusSeconds(grace).toString())
                        .withDeletionGracePeriodSeconds(grace)
                        .endMetadata()
                        .build());
        if (pod != null) {
            changed.accept(pod);
        }
    }

    public Pod pod(String uid) {
        return java.util.Objects.requireNonNull(pods.get(uid), uid);
    }

    @Override
    public boolean patchPodStatus(Pod pod, JsonNode patch) {
        outage.ifPresent(e -> {
            throw e;
        });
        patches.add(patch);
        Pod now = pods.computeIfPresent(pod.getMetadata().getUid(), (k, p) -> merge(p, patch));
        if (now == null) {
            return false;
        }
        changed.accept(now);
        return true;
    }

    private static Pod merge(Pod pod, JsonNode patch) {
        ObjectNode tree = JSON.valueToTree(pod);
        ObjectNode status = tree.withObject("/status");
        patch.get("status").fields().forEachRemaining(e -> {
            switch (e.getKey()) {
                case "conditions" -> status.set("conditions", conditions(status.path("conditions"), e.getValue()));
                case "podIPs" -> {
                    ArrayNode ips = JSON.createArrayNode();
                    e.getValue().forEach(ip -> {
                        if (ip.has("ip")) {
                            ips.add(ip);
                        }
                    });
                    status.set("podIPs", ips);
                }
                default -> status.set(e.getKey(), e.getValue());
            }
        });
        try {
            return JSON.treeToValue(tree, Pod.class);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ArrayNode conditions(JsonNode have, JsonNode patch) {
        ArrayNode out = JSON.createArrayNode();
        List<String> patched = new ArrayList<>();
        patch.forEach(c -> patched.add(c.path("type").asText()));
        have.forEach(c -> {
            if (!patched.contains(c.path("type").asText())) {
                out.add(c);
            }
        });
        patch.forEach(out::add);
        return out;
    }

    @Override
    public void deletePod(Pod pod) {
        Pod gone = pods.remove(pod.getMetadata().getUid());
        if (gone != null) {
            deleted.accept(gone);
        }
    }

    @Override
    public void event(HasMetadata about, String fieldPath, String type, String reason, String message) {
        events.add(new Event(about.getMetadata().getName(), fieldPath, type, reason, message));
    }

    /** Messages of the events of one reason. */
    public List<String> messages(String reason) {
        return events.stream()
                .filter(e -> e.reason().equals(reason))
                .map(Event::message)
                .toList();
    }

    @Override
    public Node register(Node wanted) {
        outage.ifPresent(e -> {
            throw e;
        });
        Node known = node;
        if (known == null) {
            known = wanted;
            node = known;
        }
        return known;
    }

    @Override
    public boolean patchNodeStatus(String name, JsonNode patch) {
        nodePatches.add(patch);
        return node != null;
    }

    @Override
    public void renewLease(Node of, Instant now) {
        leases.add(now);
    }
}
