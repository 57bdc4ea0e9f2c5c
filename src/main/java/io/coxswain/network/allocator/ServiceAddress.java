package io.coxswain.network.allocator;

import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.util.List;

/** The IPAddress object by which a Service has an address; labels and reference as upstream's allocator writes them. */
public final class ServiceAddress {
    /** Who manages the object, as a label. */
    public static final String MANAGED_BY = "ipaddress.kubernetes.io/managed-by";
    /** The value of {@link #MANAGED_BY} on objects of Services. */
    public static final String ALLOCATOR = "ipallocator.k8s.io";

    private static final String FAMILY = "ipaddress.kubernetes.io/ip-family";
    private static final String NONE = "None";

    private ServiceAddress() {}

    /** The object that says that a Service has this address. */
    public static JsonObject of(String address, String namespace, String service) {
        return JsonTrees.object()
                .add("apiVersion", "networking.k8s.io/v1")
                .add("kind", "IPAddress")
                .add(
                        "metadata",
                        JsonTrees.object()
                                .add("name", address)
                                .add(
                                        "labels",
                                        JsonTrees.object()
                                                .add(FAMILY, address.indexOf(':') < 0 ? "IPv4" : "IPv6")
                                                .add(MANAGED_BY, ALLOCATOR)))
                .add(
                        "spec",
                        JsonTrees.object()
                                .add(
                                        "parentRef",
                                        JsonTrees.object()
                                                .add("resource", "services")
                                                .add("namespace", namespace)
                                                .add("name", service)))
                .build();
    }

    /** Whether the object was made for a Service by the allocator. */
    public static boolean isManaged(ObjectView address) {
        return ALLOCATOR.equals(address.labels().get(MANAGED_BY));
    }

    /** Whether the object belongs to a Service, of whatever name. */
    public static boolean isOfService(ObjectView address) {
        return address.text("spec", "parentRef", "group").isEmpty()
                && address.text("spec", "parentRef", "resource").equals("services");
    }

    /** Whether the object belongs to this Service. */
    public static boolean belongsTo(ObjectView address, String namespace, String service) {
        return isOfService(address)
                && address.text("spec", "parentRef", "namespace").equals(namespace)
                && address.text("spec", "parentRef", "name").equals(service);
    }

    /** The addresses that a Service holds: none if it is headless or an external name. */
    public static List<String> held(ObjectView service) {
        if (service.text("spec", "type").equals("ExternalName")) {
            return List.of();
        }
        List<String> all = service.strings("spec", "clusterIPs");
        if (all.isEmpty()) {
            all = List.of(service.text("spec", "clusterIP"));
        }
        return all.stream()
                .filter(address -> !address.isEmpty() && !address.equals(NONE))
                .toList();
    }
}
