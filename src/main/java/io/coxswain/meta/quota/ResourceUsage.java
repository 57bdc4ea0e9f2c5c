package io.coxswain.meta.quota;

import io.coxswain.meta.GroupResource;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.quantity.Quantity;
import io.coxswain.meta.quantity.QuantityFormatException;
import jakarta.json.JsonValue;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** How much of each quota resource one object uses, by upstream's evaluators. */
public final class ResourceUsage {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource SERVICES = new GroupResource("", "services");
    private static final GroupResource CLAIMS = new GroupResource("", "persistentvolumeclaims");
    private static final Set<String> COUNTED_BY_NAME = Set.of(
            "configmaps", "secrets", "replicationcontrollers", "resourcequotas", "services", "persistentvolumeclaims");
    /** Compute resources that quotas know without a prefix as well; it means the requests. */
    private static final Set<String> STANDARD = Set.of("cpu", "memory", "ephemeral-storage");

    private static final String STORAGE_CLASS = ".storageclass.storage.k8s.io/";
    private static final Quantity ONE = Quantity.of(1, Quantity.Format.DECIMAL_SI);

    private ResourceUsage() {}

    /** What the object uses, by the names that stand in {@code spec.hard}. */
    public static Map<String, Quantity> of(GroupResource resource, ObjectView object) {
        Map<String, Quantity> usage = new TreeMap<>();
        usage.put("count/" + resource, ONE);
        if (resource.group().isEmpty() && COUNTED_BY_NAME.contains(resource.resource())) {
            usage.put(resource.resource(), ONE);
        }
        if (resource.equals(PODS)) {
            addPod(usage, object);
        } else if (resource.equals(SERVICES)) {
            addService(usage, object);
        } else if (resource.equals(CLAIMS)) {
            addClaim(usage, object);
        }
        return usage;
    }

    private static void addPod(Map<String, Quantity> usage, ObjectView pod) {
        String phase = pod.text("status", "phase");
        if (phase.equals("Succeeded") || phase.equals("Failed")) {
            // A finished pod keeps its object, but no longer its resources.
            return;
        }
        usage.put("pods", ONE);
        podTotal(pod, "requests").forEach((name, amount) -> {
            usage.put("requests." + name, amount);
            if (STANDARD.contains(name) || name.startsWith("hugepages-")) {
                usage.put(name, amount);
            }
        });
        podTotal(pod, "limits").forEach((name, amount) -> {
            if (STANDARD.contains(name)) {
                usage.put("limits." + name, amount);
            }
        });
    }

    /** Sum of the containers, or the peak of the init containers if that is more; sidecars count on both sides. */
    private static Map<String, Quantity> podTotal(ObjectView pod, String side) {
        Map<String, Quantity> sidecars = new HashMap<>();
        Map<String, Quantity> peak = new HashMap<>();
        for (ObjectView init : pod.items("spec", "initContainers")) {
            Map<String, Quantity> own = quantities(init, "resources", side);
            if (init.text("restartPolicy").equals("Always")) {
                sidecars = sum(List.of(sidecars, own));
                peak = max(peak, sidecars);
            } else {
                peak = max(peak, sum(List.of(sidecars, own)));
            }
        }
        Map<String, Quantity> together = sidecars;
        for (ObjectView container : pod.items("spec", "containers")) {
            together = sum(List.of(together, quantities(container, "resources", side)));
        }
        Map<String, Quantity> total = max(together, peak);
        total.putAll(quantities(pod, "spec", "resources", side));
        if (side.equals("requests")) {
            return sum(List.of(total, quantities(pod, "spec", "overhead")));
        }
        // Overhead belongs to a limit only where there is one.
        Map<String, Quantity> overhead = quantities(pod, "spec", "overhead");
        overhead.keySet().retainAll(total.keySet());
        return sum(List.of(total, overhead));
    }

    private static void addService(Map<String, Quantity> usage, ObjectView service) {
        long ports = service.items("spec", "ports").size();
        String type = service.text("spec", "type");
        if (type.equals("NodePort")) {
            usage.put("services.nodeports", Quantity.of(ports, Quantity.Format.DECIMAL_SI));
        } else if (type.equals("LoadBalancer")) {
            usage.put("services.loadbalancers", ONE);
            boolean allocates =
                    service.flag("spec", "allocateLoadBalancerNodePorts").orElse(true);
            long wanted = allocates
                    ? ports
                    : service.items("spec", "ports").stream()
                            .filter(port -> port.number("nodePort").orElse(0L) != 0)
                            .count();
            usage.put("services.nodeports", Quantity.of(wanted, Quantity.Format.DECIMAL_SI));
        }
    }

    private static void addClaim(Map<String, Quantity> usage, ObjectView claim) {
        String storageClass = claim.text("spec", "storageClassName");
        Quantity storage = quantities(claim, "spec", "resources", "requests").get("storage");
        if (storage != null) {
            usage.put("requests.storage", storage);
        }
        if (!storageClass.isEmpty()) {
            usage.put(storageClass + STORAGE_CLASS + "persistentvolumeclaims", ONE);
            if (storage != null) {
                usage.put(storageClass + STORAGE_CLASS + "requests.storage", storage);
            }
        }
    }

    /** Which resource's objects a name of {@code spec.hard} is about. */
    public static GroupResource counted(String hardName) {
        if (hardName.startsWith("count/")) {
            return GroupResource.parse(hardName.substring("count/".length()));
        }
        if (hardName.equals("requests.storage") || hardName.contains(STORAGE_CLASS)) {
            return CLAIMS;
        }
        if (hardName.startsWith("services.")) {
            return SERVICES;
        }
        return COUNTED_BY_NAME.contains(hardName) ? new GroupResource("", hardName) : PODS;
    }

    /** The sum of amounts, name by name. */
    public static Map<String, Quantity> sum(Collection<Map<String, Quantity>> amounts) {
        Map<String, Quantity> total = new TreeMap<>();
        amounts.forEach(each -> each.forEach((name, amount) -> total.merge(name, amount, Quantity::add)));
        return total;
    }

    private static Map<String, Quantity> max(Map<String, Quantity> a, Map<String, Quantity> b) {
        Map<String, Quantity> larger = new TreeMap<>(a);
        b.forEach((name, amount) -> larger.merge(name, amount, (x, y) -> x.compareTo(y) >= 0 ? x : y));
        return larger;
    }

    /** The quantities at a path; what is no quantity is left out. */
    public static Map<String, Quantity> quantities(ObjectView object, String... path) {
        Map<String, Quantity> found = new TreeMap<>();
        object.object(path).forEach((name, value) -> {
            String text = value.getValueType() == JsonValue.ValueType.STRING
                    ? ((jakarta.json.JsonString) value).getString()
                    : value.toString();
            try {
                found.put(name, Quantity.parse(text));
            } catch (QuantityFormatException malformed) {
                // Validation refuses such objects; one that slipped in costs nothing.
                return;
            }
        });
        return found;
    }
}
