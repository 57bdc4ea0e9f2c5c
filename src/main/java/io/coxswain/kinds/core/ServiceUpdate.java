package io.coxswain.kinds.core;

import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;

/**
 * Carries over to the new state what the server gave out and the client left unsaid, and drops what the new type no
 * longer has unless the client asks for it.
 */
final class ServiceUpdate {
    private final ObjectView old;
    private final ObjectView now;

    ServiceUpdate(JsonObject now, JsonObject old) {
        this.now = new ObjectView(now);
        this.old = new ObjectView(old);
    }

    JsonObject result() {
        return TreeEditor.edit(
                now.json(),
                editor -> editor.editField("spec", spec -> {
                    clusterAddress(spec);
                    nodePorts(spec);
                    keepUnlessUnsaid(spec);
                    leaveBehind(spec);
                }));
    }

    private void clusterAddress(TreeEditor spec) {
        if (!hasAddress(old) || !hasAddress(now)) {
            return;
        }
        String before = old.text("spec", "clusterIP");
        List<String> all = now.strings("spec", "clusterIPs");
        String after = now.text("spec", "clusterIP");
        if (after.isEmpty() && all.isEmpty() && !before.isEmpty()) {
            spec.set("clusterIP", before).set("clusterIPs", old.array("spec", "clusterIPs"));
        } else if (!after.isEmpty() && !after.equals(before) && all.equals(old.strings("spec", "clusterIPs"))) {
            spec.set("clusterIPs", JsonTrees.texts(List.of(after)));
        } else if (!after.isEmpty() && all.isEmpty()) {
            spec.set(
                    "clusterIPs",
                    after.equals(before) ? old.array("spec", "clusterIPs") : JsonTrees.texts(List.of(after)));
        } else if (after.isEmpty() && !all.isEmpty() && all.equals(old.strings("spec", "clusterIPs"))) {
            spec.remove("clusterIPs"); // a client that cleared only the older field means both
        }
    }

    private void nodePorts(TreeEditor spec) {
        if (!hasNodePorts(old) || !hasNodePorts(now)) {
            return;
        }
        spec.mapItems("ports", port -> {
            ObjectView view = new ObjectView(port);
            if (view.number("nodePort").orElse(0L) != 0) {
                return port;
            }
            for (ObjectView before : old.items("spec", "ports")) {
                boolean same = before.number("port").equals(view.number("port"))
                        && before.text("protocol").equals(view.text("protocol"));
                JsonValue number = before.json().get("nodePort");
                if (same && number != null && !isTaken(number)) {
                    return JsonTrees.with(port, "nodePort", number);
                }
            }
            return port;
        });
    }

    /** Whether the client itself put the number on one of the ports. */
    private boolean isTaken(JsonValue number) {
        return now.items("spec", "ports").stream()
                .anyMatch(port -> number.equals(port.json().get("nodePort")));
    }

    private void keepUnlessUnsaid(TreeEditor spec) {
        boolean health = wantsHealthPort(old) && wantsHealthPort(now);
        long number = old.number("spec", "healthCheckNodePort").orElse(0L);
        if (health && number != 0) {
            spec.setDefault("healthCheckNodePort", number);
        }
    }

    private void leaveBehind(TreeEditor spec) {
        if (hasNodePorts(old) && !hasNodePorts(now)) {
            spec.mapItems("ports", port -> isUnchanged(port) ? JsonTrees.without(port, "nodePort") : port);
        }
        if (hasAddress(old) && !hasAddress(now)) {
            dropIfSame(spec, "clusterIP");
            dropIfSame(spec, "clusterIPs");
            dropIfSame(spec, "ipFamilies");
            dropIfSame(spec, "ipFamilyPolicy");
            dropIfSame(spec, "internalTrafficPolicy");
        }
        if (wantsHealthPort(old) && !wantsHealthPort(now)) {
            dropIfSame(spec, "healthCheckNodePort");
        }
        if (!now.text("spec", "type").equals("LoadBalancer")) {
            dropIfSame(spec, "allocateLoadBalancerNodePorts");
            dropIfSame(spec, "loadBalancerClass");
        }
        if (!ServiceRules.isExternallyAccessible(new ObjectView(now.object("spec")))) {
            dropIfSame(spec, "externalTrafficPolicy");
        }
    }

    private boolean isUnchanged(JsonObject port) {
        return old.items("spec", "ports").stream().anyMatch(before -> {
            JsonValue number = before.json().get("nodePort");
            return number != null && number.equals(port.get("nodePort"));
        });
    }

    private void dropIfSame(TreeEditor spec, String field) {
        JsonValue before = old.at("spec", field).orElse(null);
        if (before != null && spec.get(field).filter(before::equals).isPresent()) {
            spec.remove(field);
        }
    }

    private static boolean hasAddress(ObjectView service) {
        return !service.text("spec", "type").equals("ExternalName");
    }

    private static boolean hasNodePorts(ObjectView service) {
        String type = service.text("spec", "type");
        return type.equals("NodePort") || type.equals("LoadBalancer");
    }

    private static boolean wantsHealthPort(ObjectView service) {
        return service.text("spec", "type").equals("LoadBalancer")
                && service.text("spec", "externalTrafficPolicy").equals("Local");
    }
}
