package io.coxswain.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a node agent asks of the API server, in its own words.
 *
 * <p>Thread-safe; calls block for the length of one request. "Does not exist" is an empty answer or {@code false};
 * every other failure is an exception of the client, after which the caller tries again later.
 */
public interface NodeApi {

    Optional<ConfigMap> configMap(String namespace, String name);

    Optional<Secret> secret(String namespace, String name);

    Optional<PersistentVolumeClaim> claim(String namespace, String name);

    Optional<PersistentVolume> volume(String name);

    /** Services of the namespace, from a cache that may lag a moment. */
    List<Service> services(String namespace);

    /** A service-account token bound to the pod. An empty audience means the API server's own. */
    Token createToken(Pod pod, String audience, long expirationSeconds);

    /** Strategic-merge patch of {@code pods/status}; false when this pod (by uid) is gone. */
    boolean patchPodStatus(Pod pod, JsonNode patch);

    /** Completes a graceful deletion: grace period 0, uid as precondition. Already gone is fine. */
    void deletePod(Pod pod);

    /**
     * Reports an event; never throws.
     *
     * @param fieldPath part of the object, e.g. {@code spec.containers{web}}, or empty
     * @param type {@code Normal} or {@code Warning}
     */
    void event(HasMetadata about, String fieldPath, String type, String reason, String message);

    /** The Node as it is, or created from {@code wanted} if there is none. */
    Node register(Node wanted);

    /** Strategic-merge patch of {@code nodes/status}; false when the Node does not exist. */
    boolean patchNodeStatus(String node, JsonNode patch);

    /** Creates or renews the node's Lease in kube-node-lease. */
    void renewLease(Node node, Instant now);

    /** A bearer token for a pod and the moment it expires. */
    record Token(String token, Instant expires) {}
}
