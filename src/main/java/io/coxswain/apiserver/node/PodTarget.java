package io.coxswain.apiserver.node;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Which container of a pod a request is about, by upstream's rules and in its words. */
final class PodTarget {
    private PodTarget() {}

    /** @throws ApiException 400 if the name fits no container, or none is given and there are several */
    static String container(JsonObject pod, String requested) {
        ObjectView view = new ObjectView(pod);
        List<String> containers = names(view, "containers");
        List<String> initContainers = names(view, "initContainers");
        if (!requested.isEmpty()) {
            List<String> all = new ArrayList<>(containers);
            all.addAll(initContainers);
            all.addAll(names(view, "ephemeralContainers"));
            if (!all.contains(requested)) {
                throw ApiException.badRequest("container " + requested + " is not valid for pod " + view.name());
            }
            return requested;
        }
        if (containers.size() == 1) {
            return containers.get(0);
        }
        StringBuilder message = new StringBuilder("a container name must be specified for pod " + view.name());
        if (!containers.isEmpty()) {
            message.append(", choose one of: [")
                    .append(String.join(" ", containers))
                    .append(']');
            if (!initContainers.isEmpty()) {
                message.append(" or one of the init containers: [")
                        .append(String.join(" ", initContainers))
                        .append(']');
            }
        }
        throw ApiException.badRequest(message.toString());
    }

    static boolean hasNode(JsonObject pod) {
        return !new ObjectView(pod).text("spec", "nodeName").isEmpty();
    }

    /** @throws ApiException 400 if no node runs the pod */
    static void requireNode(JsonObject pod) {
        if (!hasNode(pod)) {
            throw ApiException.badRequest("pod " + new ObjectView(pod).name() + " does not have a host assigned");
        }
    }

    private static List<String> names(ObjectView pod, String field) {
        return pod.items("spec", field).stream()
                .map(container -> container.text("name"))
                .toList();
    }
}
