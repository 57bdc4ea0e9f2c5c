package io.coxswain.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a reader needs who wants to know why pods do not come: for the message of a test that waited for them in vain. */
final class ClusterState {
    private static final List<String> OF_SPEC =
            List.of("replicas", "nodeName", "taints", "unschedulable", "holderIdentity", "renewTime", "acquireTime");
    private static final List<String> OF_EVENT = List.of("reason", "message", "count", "involvedObject");

    private ClusterState() {}

    /** Workloads, pods and events of the namespace, nodes and leases: a line each. */
    static String of(KubernetesClient client, String namespace) {
        return Stream.of(
                        client.apps().deployments().inNamespace(namespace).list(),
                        client.apps().replicaSets().inNamespace(namespace).list(),
                        client.batch().v1().jobs().inNamespace(namespace).list(),
                        client.pods().inNamespace(namespace).list(),
                        client.nodes().list(),
                        client.leases().inAnyNamespace().list(),
                        client.v1().events().inNamespace(namespace).list())
                .flatMap(list -> list.getItems().stream())
                .map(ClusterState::line)
                .collect(Collectors.joining("\n", "the cluster:\n", "\n"));
    }

    private static String line(HasMetadata object) {
        JsonNode whole = Serialization.jsonMapper().valueToTree(object);
        ObjectNode line = Serialization.jsonMapper().createObjectNode();
        line.set("status", whole.path("status"));
        OF_SPEC.forEach(field -> copy(whole.path("spec"), field, line));
        if (object.getKind().equals("Event")) {
            OF_EVENT.forEach(field -> copy(whole, field, line));
        }
        return object.getKind() + " " + object.getMetadata().getName() + " " + line;
    }

    private static void copy(JsonNode from, String field, ObjectNode to) {
        if (from.has(field)) {
            to.set(field, from.get(field));
        }
    }
}
