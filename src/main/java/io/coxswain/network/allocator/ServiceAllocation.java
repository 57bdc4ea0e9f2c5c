package io.coxswain.network.allocator;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Companions;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.admission.MutatingAdmission;
import io.coxswain.apiserver.admission.RemovalCompanion;
import io.coxswain.client.CachedReads;
import io.coxswain.client.Informer;
import io.coxswain.client.ReadThrough;
import io.coxswain.client.ResourceTypes;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.GroupVersionResource;
import io.coxswain.meta.ObjectView;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives a Service its {@code clusterIP} and node ports when it is created or changes its type, keeps them when an update
 * leaves them out, and takes them away when the type no longer has them; rules and messages as upstream's
 * {@code registry/core/service}. The IPAddress object of each address is made and removed in the same commit as the
 * Service's own write: an address is never given out twice, whoever asks.
 */
@ApplicationScoped
public class ServiceAllocation implements MutatingAdmission, RemovalCompanion {
    private static final String BY_CLUSTER_IP = "allocation/clusterIP";
    private static final String BY_NODE_PORT = "allocation/nodePort";
    private static final Set<String> WITH_NODE_PORTS = Set.of("NodePort", "LoadBalancer");
    private static final long SMALLEST_BAND = 16;
    private static final long LARGEST_BAND = 128;

    private final AllocatorSettings settings;
    private final ReadThrough<Service> services;
    private final ClusterAddresses addresses;
    private final Pool ports;
    private volatile @Nullable Informer<Service> started;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway")
    protected ServiceAllocation() {
        settings = null;
        services = null;
        addresses = null;
        ports = null;
    }

    @Inject
    public ServiceAllocation(AllocatorSettings settings, CachedReads reads, Clock clock) {
        this(
                settings,
                reads.of(ResourceTypes.SERVICES),
                reads.of(ResourceTypes.SERVICE_CIDRS),
                reads.of(ResourceTypes.IP_ADDRESSES),
                clock);
    }

    ServiceAllocation(
            AllocatorSettings settings,
            ReadThrough<Service> services,
            ReadThrough<JsonObject> ranges,
            ReadThrough<JsonObject> addresses,
            Clock clock) {
        this.settings = settings;
        this.services = services;
        this.addresses = new ClusterAddresses(
                ranges,
                addresses,
                address -> isHeld(BY_CLUSTER_IP, ServiceAllocation::addresses, address),
                new SplittableRandom());
        this.ports = new Pool(
                settings.firstNodePort(),
                settings.lastNodePort(),
                settings.firstNodePort() + bandStart(settings.lastNodePort() - settings.firstNodePort() + 1L),
                port -> isHeld(BY_NODE_PORT, ServiceAllocation::nodePorts, Long.toString(port)),
                clock,
                new SplittableRandom());
    }

    /** Begins to follow what there is; the addresses and ports that are taken are known once this is true. */
    public boolean isReady() {
        return addresses.isReady() && informer().hasSynced();
    }

    private Informer<Service> informer() {
        Informer<Service> known = started;
        if (known == null) {
            known = services.informer();
            known.addIndex(BY_CLUSTER_IP, ServiceAllocation::addresses);
            known.addIndex(BY_NODE_PORT, ServiceAllocation::nodePorts);
            started = known;
        }
        return known;
    }

    /** Whether a Service has the value now; the cache may still know one that is gone. */
    private boolean isHeld(String index, Function<Service, List<String>> values, String value) {
        return informer().lister().byIndex(index, value).stream()
                .map(Service::getMetadata)
                .flatMap(metadata -> services.live(metadata.getNamespace(), metadata.getName()).stream())
                .anyMatch(service -> values.apply(service).contains(value));
    }

    /** Where the band begins from which ports that nobody chose are taken first (KEP-3668). */
    private static long bandStart(long size) {
        return size <= SMALLEST_BAND ? 0 : Math.min(Math.max(SMALLEST_BAND, size / 32), LARGEST_BAND);
    }

    private static List<String> addresses(Service service) {
        return Objects.requireNonNullElse(service.getSpec().getClusterIPs(), List.of());
    }

    private static List<String> nodePorts(Service service) {
        return service.getSpec().getPorts().stream()
                .map(ServicePort::getNodePort)
                .filter(port -> port != null && port != 0)
                .map(String::valueOf)
                .distinct()
                .toList();
    }

    @Override
    public String name() {
        return "ServiceAllocation";
    }

    @Override
    public boolean handles(AdmissionAttributes attributes) {
        return attributes.resource().resource().equals("services")
                && attributes.resource().group().isEmpty()
                && attributes.subresource().isEmpty()
                && (attributes.operation() == Operation.CREATE || attributes.operation() == Operation.UPDATE);
    }

    @Override
    public JsonObject admit(AdmissionAttributes attributes) {
        if (!isReady()) {
            throw ApiException.unavailable("service addresses are not known yet, try again");
        }
        ObjectView now = new ObjectView(attributes.object());
        ObjectView old = new ObjectView(attributes.oldObject());
        List<FieldError> faults = IpFamilies.faults(now, old);
        if (!faults.isEmpty()) {
            throw ApiException.invalid(attributes.kind(), attributes.name(), faults);
        }
        JsonObjectBuilder spec = Json.createObjectBuilder(now.object("spec"));
        clusterAddress(attributes, now, old, spec);
        nodePorts(attributes, now, old, spec);
        return Json.createObjectBuilder(attributes.object()).add("spec", spec).build();
    }

    private void clusterAddress(
            AdmissionAttributes attributes, ObjectView now, ObjectView old, JsonObjectBuilder spec) {
        String wanted = firstAddress(now);
        boolean had = !type(old).isEmpty() && !type(old).equals("ExternalName");
        if (type(now).equals("ExternalName")) {
            if (wanted.isEmpty() || wanted.equals(firstAddress(old))) {
                spec.remove("clusterIP").remove("clusterIPs");
            }
            if (had) {
                removed(old.json(), attributes.companions());
            }
            return;
        }
        if (had) {
            // What it has it keeps; validation refuses another one.
            wanted = wanted.isEmpty() ? firstAddress(old) : wanted;
        } else if (!wanted.equals("None")) {
            wanted = wanted.isEmpty() ? anyAddress() : chosenAddress(attributes, wanted);
            attributes
                    .companions()
                    .create(
                            ResourceTypes.IP_ADDRESSES.gvr(),
                            ServiceAddress.of(wanted, attributes.namespace(), attributes.name()));
        }
        spec.add("clusterIP", wanted)
                .add("clusterIPs", Json.createArrayBuilder().add(wanted));
    }

    private static String firstAddress(ObjectView service) {
        String one = service.text("spec", "clusterIP");
        List<String> all = service.strings("spec", "clusterIPs");
        return one.isEmpty() && !all.isEmpty() ? all.get(0) : one;
    }

    private String anyAddress() {
        return addresses
                .any()
                .orElseThrow(() -> ApiException.internalError(
                        "failed to allocate a serviceIP: range is full",
                        new IllegalStateException("no free address in any ready ServiceCIDR")));
    }

    private String chosenAddress(AdmissionAttributes attributes, String wanted) {
        String problem = addresses.problem(wanted);
        if (!problem.isEmpty()) {
            throw invalid(
                    attributes,
                    new FieldError(
                            FieldError.Type.INVALID,
                            "spec.clusterIPs",
                            "[\"" + wanted + "\"]",
                            "failed to allocate IP " + wanted + ": " + problem));
        }
        return wanted;
    }

    @Override
    public boolean accompanies(GroupVersionResource resource) {
        return resource.equals(ResourceTypes.SERVICES.gvr());
    }

    /** An IPAddress with finalizers stays: the repair loop deletes it the ordinary way. */
    @Override
    public void removed(JsonObject last, Companions companions) {
        ObjectView service = new ObjectView(last);
        for (String address : ServiceAddress.held(service)) {
            addresses
                    .find(address)
                    .map(ObjectView::new)
                    .filter(held -> ServiceAddress.belongsTo(held, service.namespace(), service.name()))
                    .filter(held -> held.finalizers().isEmpty())
                    .ifPresent(held -> companions.delete(ResourceTypes.IP_ADDRESSES.gvr(), held.json()));
        }
    }

    private void nodePorts(AdmissionAttributes attributes, ObjectView now, ObjectView old, JsonObjectBuilder spec) {
        boolean needs = WITH_NODE_PORTS.contains(type(now))
                && now.flag("spec", "allocateLoadBalancerNodePorts").orElse(true);
        boolean mayHave = WITH_NODE_PORTS.contains(type(now));
        List<ObjectView> wanted = now.items("spec", "ports");
        List<ObjectView> had = WITH_NODE_PORTS.contains(type(old)) ? old.items("spec", "ports") : List.of();
        List<Long> used = new ArrayList<>();
        JsonArrayBuilder changed = Json.createArrayBuilder();
        for (int i = 0; i < wanted.size(); i++) {
            ObjectView port = wanted.get(i);
            JsonObjectBuilder built = Json.createObjectBuilder(port.json());
            long number = port.number("nodePort").orElse(0L);
            if (!mayHave && number != 0 && hadPort(had, number)) {
                built.remove("nodePort");
            } else if (mayHave) {
                long kept = number != 0 ? number : keptPort(had, port, wanted.size() == 1 && had.size() == 1);
                if (kept != 0 && !hadPort(had, kept) && !sharedWithinService(wanted, i, used, kept)) {
                    chosenPort(attributes, i, kept);
                } else if (kept == 0 && needs) {
                    kept = sameNumberOtherProtocol(wanted, i, used).orElseGet(() -> anyPort(attributes));
                }
                if (kept != 0) {
                    built.add("nodePort", kept);
                }
                used.add(kept);
            }
            changed.add(built);
        }
        if (!wanted.isEmpty()) {
            spec.add("ports", changed);
        }
    }

    /** The node port that an update left out although the port itself is still there. */
    private static long keptPort(List<ObjectView> had, ObjectView port, boolean onlyOne) {
        for (ObjectView before : had) {
            boolean same = before.number("port").equals(port.number("port"))
                    && before.text("protocol").equals(port.text("protocol"));
            if (same || onlyOne) {
                return before.number("nodePort").orElse(0L);
            }
        }
        return 0;
    }

    private static boolean hadPort(List<ObjectView> had, long number) {
        return had.stream().anyMatch(port -> port.number("nodePort").orElse(0L) == number);
    }

    /** Two ports of one Service may share a node port if their protocols differ; it is allocated once. */
    private static boolean sharedWithinService(List<ObjectView> ports, int index, List<Long> used, long number) {
        for (int i = 0; i < index; i++) {
            if (used.get(i) == number
                    && !ports.get(i).text("protocol").equals(ports.get(index).text("protocol"))) {
                return true;
            }
        }
        return false;
    }

    /** Upstream gives a port of the same number and another protocol the same node port. */
    private static Optional<Long> sameNumberOtherProtocol(List<ObjectView> ports, int index, List<Long> used) {
        for (int i = 0; i < index; i++) {
            if (ports.get(i).number("port").equals(ports.get(index).number("port"))
                    && !ports.get(i).text("protocol").equals(ports.get(index).text("protocol"))
                    && used.get(i) != 0) {
                return Optional.of(used.get(i));
            }
        }
        return Optional.empty();
    }

    private long anyPort(AdmissionAttributes attributes) {
        return ports.takeAny(owner(attributes), attributes.dryRun())
                .orElseThrow(() -> ApiException.internalError(
                        "failed to allocate a nodePort: range is full",
                        new IllegalStateException("no free node port")));
    }

    private void chosenPort(AdmissionAttributes attributes, int index, long number) {
        FieldPath path = FieldPath.of("spec", "ports").index(index).child("nodePort");
        if (!ports.contains(number)) {
            throw invalid(
                    attributes,
                    FieldError.invalid(
                            path,
                            number,
                            "provided port is not in the valid range. The range of valid ports is "
                                    + settings.firstNodePort() + "-" + settings.lastNodePort()));
        }
        if (!ports.take(number, owner(attributes), attributes.dryRun())) {
            throw invalid(attributes, FieldError.invalid(path, number, "provided port is already allocated"));
        }
    }

    private static String owner(AdmissionAttributes attributes) {
        return attributes.namespace() + "/" + attributes.name();
    }

    private static ApiException invalid(AdmissionAttributes attributes, FieldError error) {
        return ApiException.invalid(attributes.kind(), attributes.name(), List.of(error));
    }

    private static String type(ObjectView service) {
        return service.json() == JsonValue.EMPTY_JSON_OBJECT ? "" : service.text("spec", "type");
    }
}
