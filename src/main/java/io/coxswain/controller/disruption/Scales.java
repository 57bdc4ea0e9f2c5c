package io.coxswain.controller.disruption;

import io.coxswain.client.ApiClient;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceType;
import io.coxswain.controller.runtime.Owners;
import io.coxswain.controller.runtime.ServedKinds;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import jakarta.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How many pods the owners of some pods want. Asks the owner's owner where it rules, and any kind with a scale. */
final class Scales {
    private final ApiClient client;
    private final ServedKinds kinds;

    Scales(ApiClient client) {
        this.client = client;
        this.kinds = new ServedKinds(client);
    }

    /** Something a budget says cannot be counted from these pods. */
    static final class UncountableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UncountableException(String message) {
            super(message);
        }
    }

    /** The sum of what the controllers of the pods want; each controller counts once. @throws UncountableException if a pod has none, or one without a scale */
    int expected(List<Pod> pods) {
        Map<String, Integer> wanted = new HashMap<>();
        for (Pod pod : pods) {
            OwnerReference owner = Owners.controllerOf(pod)
                    .orElseThrow(() -> new UncountableException("found no controller ref for pod \""
                            + pod.getMetadata().getName() + "\""));
            if (!wanted.containsKey(owner.getUid())) {
                Top top = top(pod.getMetadata().getNamespace(), owner);
                wanted.put(owner.getUid(), 0);
                wanted.put(top.uid(), top.replicas());
            }
        }
        return wanted.values().stream().mapToInt(Integer::intValue).sum();
    }

    private record Top(String uid, int replicas) {}

    private Top top(String namespace, OwnerReference owner) {
        ResourceClient<JsonObject> resource = client.resource(type(owner));
        try {
            JsonObject object = resource.get(namespace, owner.getName());
            if (owner.getKind().equals("ReplicaSet")) {
                Optional<OwnerReference> deployment = deploymentOf(object);
                if (deployment.isPresent()) {
                    return top(namespace, deployment.get());
                }
            }
            JsonObject scale = resource.getSubresource(namespace, owner.getName(), "scale");
            JsonObject spec = scale.getJsonObject("spec");
            return new Top(owner.getUid(), spec == null ? 0 : spec.getInt("replicas", 0));
        } catch (ApiException e) {
            if (e.isNotFound()) {
                throw new UncountableException(owner.getKind() + "." + group(owner) + " \"" + owner.getName()
                        + "\" does not implement the scale subresource");
            }
            throw e;
        }
    }

    private static Optional<OwnerReference> deploymentOf(JsonObject set) {
        return Optional.ofNullable(set.getJsonObject("metadata").getJsonArray("ownerReferences"))
                .flatMap(owners -> owners.getValuesAs(JsonObject.class).stream()
                        .filter(owner -> owner.getBoolean("controller", false)
                                && owner.getString("kind").equals("Deployment"))
                        .findFirst())
                .map(owner -> new OwnerReference(
                        owner.getString("apiVersion"),
                        null,
                        true,
                        owner.getString("kind"),
                        owner.getString("name"),
                        owner.getString("uid")));
    }

    private ResourceType<JsonObject> type(OwnerReference owner) {
        return kinds.find(group(owner), owner.getKind())
                .orElseThrow(() -> new UncountableException(
                        "no resource is known for the controller " + owner.getKind() + " \"" + owner.getName() + "\""));
    }

    private static String group(OwnerReference owner) {
        return ServedKinds.group(owner.getApiVersion());
    }
}
