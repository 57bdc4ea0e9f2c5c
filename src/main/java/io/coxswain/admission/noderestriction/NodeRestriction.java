package io.coxswain.admission.noderestriction;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.admission.MutatingAdmission;
import io.coxswain.apiserver.admission.ValidatingAdmission;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.client.CachedReads;
import io.coxswain.client.ReadThrough;
import io.coxswain.client.ResourceTypes;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.fabric8.kubernetes.api.model.Pod;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;

/**
 * A kubelet ({@code system:node:<name>} in {@code system:nodes}) changes only its own Node, and of that neither taints, owners nor
 * labels that steer workloads; its own Lease and CSINode; the status of pods bound to it; mirror pods; and it asks only for
 * tokens bound to its pods. Changes nothing; runs with the mutating plugins, as upstream's, so that it is asked before validation.
 */
@ApplicationScoped
public class NodeRestriction implements MutatingAdmission, ValidatingAdmission {
    private static final String USER_PREFIX = "system:node:";
    private static final String LEASES = "kube-node-lease";

    private final ReadThrough<Pod> pods;
    private final MirrorPods mirrors;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected NodeRestriction() {
        this.pods = null;
        this.mirrors = null;
    }

    @Inject
    public NodeRestriction(CachedReads reads) {
        this.pods = reads.of(ResourceTypes.PODS);
        this.mirrors = new MirrorPods(reads.of(ResourceTypes.NODES));
    }

    @Override
    public String name() {
        return "NodeRestriction";
    }

    @Override
    public boolean handles(AdmissionAttributes attributes) {
        UserInfo user = attributes.user();
        return user.name().startsWith(USER_PREFIX)
                && user.groups().contains(UserInfo.GROUP_NODES)
                && attributes.operation() != Operation.CONNECT;
    }

    @Override
    public JsonObject admit(AdmissionAttributes attributes) {
        check(attributes);
        return attributes.object();
    }

    /** Deletions are not seen by mutating plugins. */
    @Override
    public void validate(AdmissionAttributes attributes) {
        if (attributes.operation() == Operation.DELETE) {
            check(attributes);
        }
    }

    private void check(AdmissionAttributes attributes) {
        String node = attributes.user().name().substring(USER_PREFIX.length());
        if (node.isEmpty()) {
            throw attributes.forbidden("could not determine node from user "
                    + quoted(attributes.user().name()));
        }
        switch (attributes.resource().groupResource().toString()) {
            case "pods" -> pod(attributes, node);
            case "nodes" -> node(attributes, node);
            case "persistentvolumeclaims" -> claim(attributes, node);
            case "serviceaccounts" -> token(attributes, node);
            case "leases.coordination.k8s.io" -> {
                if (!attributes.namespace().equals(LEASES)) {
                    throw attributes.forbidden("can only access leases in the " + quoted(LEASES) + " system namespace");
                }
                own(attributes, node, "can only access node lease with the same name as the requesting node");
            }
            case "csinodes.storage.k8s.io" ->
                own(attributes, node, "can only access CSINode with the same name as the requesting node");
            default -> {
                // Everything else is the authorizer's to judge.
            }
        }
    }

    private void pod(AdmissionAttributes attributes, String node) {
        Operation operation = attributes.operation();
        ObjectView old = new ObjectView(attributes.oldObject());
        boolean bound = old.text("spec", "nodeName").equals(node);
        switch (attributes.subresource()) {
            case "" -> {
                if (operation == Operation.CREATE) {
                    mirrors.check(attributes, node);
                } else if (operation != Operation.DELETE) {
                    throw attributes.forbidden("unexpected operation " + quoted(operation.name()) + ", node "
                            + quoted(node) + " can only create and delete mirror pods");
                } else if (!bound) {
                    throw attributes.forbidden(
                            "node " + quoted(node) + " can only delete pods with spec.nodeName set to itself");
                }
            }
            case "status" -> podStatus(attributes, node, old, bound);
            case "eviction" -> {
                if (operation != Operation.CREATE) {
                    throw attributes.forbidden("unexpected operation " + operation);
                }
                if (!bound) {
                    throw attributes.forbidden(
                            "node " + node + " can only evict pods with spec.nodeName set to itself");
                }
            }
            default ->
                throw attributes.forbidden("unexpected pod subresource " + quoted(attributes.subresource())
                        + ", only 'status' and 'eviction' are allowed");
        }
    }

    private static void podStatus(AdmissionAttributes attributes, String node, ObjectView old, boolean bound) {
        ObjectView now = new ObjectView(attributes.object());
        if (attributes.operation() != Operation.UPDATE) {
            throw attributes.forbidden(
                    "unexpected operation " + quoted(attributes.operation().name()));
        }
        if (!bound) {
            throw attributes.forbidden(
                    "node " + quoted(node) + " can only update pod status for pods with spec.nodeName set to itself");
        }
        if (!now.labels().equals(old.labels())) {
            throw attributes.forbidden("node " + quoted(node) + " cannot update labels through pod status");
        }
        if (!now.array("status", "resourceClaimStatuses").equals(old.array("status", "resourceClaimStatuses"))) {
            throw attributes.forbidden("node " + quoted(node) + " cannot update resource claim statues"); // so upstream
        }
    }

    private static void node(AdmissionAttributes attributes, String node) {
        if (!attributes.name().equals(node)) {
            throw attributes.forbidden(
                    "node " + quoted(node) + " is not allowed to modify node " + quoted(attributes.name()));
        }
        if (attributes.operation() == Operation.DELETE) {
            return;
        }
        ObjectView now = new ObjectView(attributes.object());
        ObjectView old = new ObjectView(attributes.oldObject());
        String labels = String.join(", ", NodeLabels.forbidden(now.labels(), old.labels()));
        if (attributes.operation() == Operation.CREATE) {
            if (!labels.isEmpty()) {
                throw attributes.forbidden(
                        "node " + quoted(node) + " is not allowed to set the following labels: " + labels);
            }
            return;
        }
        if (!now.array("spec", "taints").equals(old.array("spec", "taints"))) {
            throw attributes.forbidden("node " + quoted(node) + " is not allowed to modify taints");
        }
        if (!now.array("metadata", "ownerReferences").equals(old.array("metadata", "ownerReferences"))) {
            throw attributes.forbidden("node " + quoted(node) + " is not allowed to modify ownerReferences");
        }
        if (!labels.isEmpty()) {
            throw attributes.forbidden("is not allowed to modify labels: " + labels);
        }
    }

    private static void claim(AdmissionAttributes attributes, String node) {
        if (!attributes.subresource().equals("status")) {
            throw attributes.forbidden("may only update PVC status");
        }
        if (attributes.operation() != Operation.UPDATE) {
            throw attributes.forbidden(
                    "unexpected operation " + quoted(attributes.operation().name()));
        }
        if (!withoutReport(attributes.object()).equals(withoutReport(attributes.oldObject()))) {
            throw attributes.forbidden("node " + quoted(node)
                    + " is not allowed to update fields other than status.capacity and status.conditions");
        }
    }

    /** A claim without what a kubelet may report of it, and without what the server keeps in it. */
    private static JsonObject withoutReport(JsonObject claim) {
        JsonObject rest = claim;
        for (String field :
                new String[] {"capacity", "conditions", "allocatedResourceStatuses", "allocatedResources"}) {
            rest = JsonTrees.remove(rest, "status", field);
        }
        rest = JsonTrees.remove(rest, "metadata", "resourceVersion");
        return JsonTrees.remove(rest, "metadata", "managedFields");
    }

    private void token(AdmissionAttributes attributes, String node) {
        if (attributes.operation() != Operation.CREATE
                || !attributes.subresource().equals("token")) {
            return;
        }
        ObjectView reference = new ObjectView(new ObjectView(attributes.object()).object("spec", "boundObjectRef"));
        String name = reference.text("name");
        String uid = reference.text("uid");
        if (!reference.apiVersion().equals("v1") || !reference.kind().equals("Pod") || name.isEmpty()) {
            throw attributes.forbidden("node requested token not bound to a pod");
        }
        if (uid.isEmpty()) {
            throw attributes.forbidden("node requested token with a pod binding without a uid");
        }
        // The cache may be behind: the kubelet has heard of its pod before it.
        Pod pod = pods.informer()
                .lister()
                .get(attributes.namespace(), name)
                .filter(known -> uid.equals(known.getMetadata().getUid()) && isBound(known, node))
                .or(() -> pods.live(attributes.namespace(), name))
                .orElseThrow(
                        () -> ApiException.notFound(ResourceTypes.PODS.gvr().groupResource(), name));
        if (!uid.equals(pod.getMetadata().getUid())) {
            throw attributes.forbidden("the UID in the bound object reference (" + uid
                    + ") does not match the UID in record. The object might have been deleted and then recreated");
        }
        if (!isBound(pod, node)) {
            throw attributes.forbidden("node requested token bound to a pod scheduled on a different node");
        }
    }

    private static boolean isBound(Pod pod, String node) {
        return pod.getSpec() != null && node.equals(pod.getSpec().getNodeName());
    }

    private static void own(AdmissionAttributes attributes, String node, String otherwise) {
        if (!attributes.name().equals(node)) {
            throw attributes.forbidden(otherwise);
        }
    }

    static String quoted(String text) {
        return '"' + text + '"';
    }
}
