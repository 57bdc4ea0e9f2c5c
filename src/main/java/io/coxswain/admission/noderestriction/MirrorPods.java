package io.coxswain.admission.noderestriction;

import static io.coxswain.admission.noderestriction.NodeRestriction.quoted;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.client.ReadThrough;
import io.coxswain.client.ResourceTypes;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import io.fabric8.kubernetes.api.model.Node;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The only pods that a kubelet creates: pictures of what it runs by itself, owned by its Node, that lead to no other object. */
final class MirrorPods {
    private static final String ANNOTATION = "kubernetes.io/config.mirror";
    private static final Set<String> SECRETS = Set.of("secret", "secretRef", "secretKeyRef", "nodePublishSecretRef");
    private static final Set<String> CONFIG_MAPS = Set.of("configMap", "configMapRef", "configMapKeyRef");

    /** Fields of volumes and of projected sources, and the resource that each leads to. */
    private static final Map<String, String> REFERENCES = Map.of(
            "clusterTrustBundle", "clustertrustbundles",
            "persistentVolumeClaim", "persistentvolumeclaims",
            "serviceAccountToken", "serviceaccounts");

    private final ReadThrough<Node> nodes;

    MirrorPods(ReadThrough<Node> nodes) {
        this.nodes = nodes;
    }

    void check(AdmissionAttributes attributes, String node) {
        ObjectView pod = new ObjectView(attributes.object());
        if (!pod.annotations().containsKey(ANNOTATION)) {
            throw attributes.forbidden("pod does not have " + quoted(ANNOTATION) + " annotation, node " + quoted(node)
                    + " can only create mirror pods");
        }
        String can = "node " + quoted(node) + " can only create pods with ";
        if (!pod.text("spec", "nodeName").equals(node)) {
            throw attributes.forbidden(can + "spec.nodeName set to itself");
        }
        owner(attributes, node, can, pod.items("metadata", "ownerReferences"));
        reference(pod).ifPresent(resource -> {
            throw attributes.forbidden("node " + quoted(node) + " can not create pods that reference " + resource);
        });
    }

    private void owner(AdmissionAttributes attributes, String node, String can, List<ObjectView> owners) {
        if (owners.size() > 1) {
            throw attributes.forbidden(can + "a single owner reference set to itself");
        }
        boolean own = owners.size() == 1
                && owners.get(0).apiVersion().equals("v1")
                && owners.get(0).kind().equals("Node")
                && owners.get(0).text("name").equals(node);
        if (!own) {
            throw attributes.forbidden(can + "an owner reference set to itself");
        }
        ObjectView owner = owners.get(0);
        if (!owner.flag("controller").orElse(false)) {
            throw attributes.forbidden(can + "a controller owner reference set to itself");
        }
        if (owner.flag("blockOwnerDeletion").orElse(false)) {
            throw attributes.forbidden(
                    "node " + quoted(node) + " must not set blockOwnerDeletion on an owner reference");
        }
        String uid = nodes.get("", node)
                .orElseThrow(
                        () -> ApiException.notFound(ResourceTypes.NODES.gvr().groupResource(), node))
                .getMetadata()
                .getUid();
        if (!owner.text("uid").equals(uid)) {
            throw attributes.forbidden("node " + node + " UID mismatch: expected " + owner.text("uid") + " got " + uid);
        }
    }

    /** What the pod leads to. */
    private static Optional<String> reference(ObjectView pod) {
        JsonObject spec = pod.object("spec");
        if (!pod.text("spec", "serviceAccountName").isEmpty()) {
            return Optional.of("a service account");
        }
        if (!pod.array("spec", "imagePullSecrets").isEmpty() || mentions(spec, SECRETS)) {
            return Optional.of("secrets");
        }
        if (mentions(spec, CONFIG_MAPS)) {
            return Optional.of("configmaps");
        }
        for (Map.Entry<String, String> each : REFERENCES.entrySet()) {
            if (mentions(spec, Set.of(each.getKey()))) {
                return Optional.of(each.getValue());
            }
        }
        return pod.array("spec", "resourceClaims").isEmpty() ? Optional.empty() : Optional.of("resourceclaims");
    }

    /** Whether an object anywhere below has such a field; fields of these names are references wherever they stand in a spec. */
    private static boolean mentions(JsonValue value, Set<String> fields) {
        if (value instanceof JsonObject object) {
            return object.entrySet().stream()
                    .anyMatch(entry -> (fields.contains(entry.getKey()) && entry.getValue() instanceof JsonObject)
                            || mentions(entry.getValue(), fields));
        }
        return value instanceof JsonArray array && array.stream().anyMatch(item -> mentions(item, fields));
    }
}
