package io.coxswain.network.allocator;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.admission.MutatingAdmission;
import io.coxswain.client.Informer;
import io.coxswain.client.Informers;
import io.coxswain.client.ResourceTypes;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives a Service its {@code clusterIP} and node ports when it is created or changes its type, keeps them when an update
 * leaves them out, and takes them away when the type no longer has them; rules and messages as upstream's
 * {@code registry/core/service}.
 */
@ApplicationScoped
public class ServiceAllocation implements MutatingAdmission {
    private static final String BY_CLUSTER_IP = "allocation/clusterIP";
    private static final String BY_NODE_PORT = "allocation/nodePort";
    private static final Set<String> WITH_NODE_PORTS = Set.of("NodePort", "LoadBalancer");

    private final AllocatorSettings settings;
    private final Supplier<Informer<Service>> services;
    private final Pool addresses;
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
    public ServiceAllocation(AllocatorSettings settings, Provider<Informers> informers, Clock clock) {
        this(settings, () -> informers.get().informer(ResourceTypes.SERVICES), clock);
    }

    ServiceAllocation(AllocatorSettings settings, Supplier<Informer<Service>> services, Clock clock) {
        this.settings = settings;
        this.services = services;
        long size = settings.serviceCidr().size();
        this.addresses = new Pool(
                1,
                size - 2,
                dynamicOffset(size, 16, 256),
                offset -> isTaken(BY_CLUSTER_IP, settings.serviceCidr().address(offset)),
                clock,
                new SplittableRandom());
        long portCount = settings.lastNodePort() - settings.firstNodePort() + 1L;
        this.ports = new Pool(
                settings.firstNodePort(),
                settings.lastNodePort(),
                settings.firstNodePort() + dynamicOffset(portCount, 16, 128),
                port -> isTaken(BY_NODE_PORT, Long.toString(port)),
                clock,
                new SplittableRandom());
    }

    /** Begins to follow the Services that there are; what they hold is known once this is true. */
    public boolean isReady() {
        return informer().hasSynced();
    }

    private Informer<Service> informer() {
        Informer<Service> known = started;
        if (known == null) {
            known = services.get();
            known.addIndex(
                    BY_CLUSTER_IP,
                    service -> Objects.requireNonNullElse(service.getSpec().getClusterIPs(), List.of()));
            known.addIndex(BY_NODE_PORT, ServiceAllocation::nodePorts);
            started = known;
        }
        return known;
    }

    private boolean isTaken(String index, String value) {
        return !informer().lister().byIndex(index, value).isEmpty();
    }

    /** Where the band begins from which unnamed numbers are taken: {@code min(max(minimum, size/32..16), maximum)}, KEP-3070 and KEP-3668. */
    private static long dynamicOffset(long size, long minimum, long maximum) {
        return size <= minimum ? 0 : Math.min(Math.max(minimum, size / (maximum == 256 ? 16 : 32)), maximum);
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
        JsonObjectBuilder spec = Json.createObjectBuilder(now.object("spec"));
        clusterAddress(attributes, now, old, spec);
        nodePorts(attributes, now, old, spec);
        return Json.createObjectBuilder(attributes.object()).add("spec", spec).build();
    }

    private void clusterAddress(
            AdmissionAttributes attributes, ObjectView now, ObjectView old, JsonObjectBuilder spec) {
        String wanted = firstAddress(now);
        String had = firstAddress(old);
        if (type(now).equals("ExternalName")) {
            if (wanted.isEmpty() || wanted.equals(had)) {
                spec.remove("clusterIP").remove("clusterIPs");
            }
            return;
        }
        if (wanted.isEmpty() && !had.isEmpty() && !type(old).equals("ExternalName")) {
            wanted = had;
        }
        if (!wanted.equals("None") && !(wanted.equals(had) && !had.isEmpty())) {
            wanted = wanted.isEmpty() ? anyAddress(attributes) : chosenAddress(attributes, wanted);
        }
        spec.add("clusterIP", wanted)
                .add("clusterIPs", Json.createArrayBuilder().add(wanted));
    }

    private static String firstAddress(ObjectView service) {
        String one = service.text("spec", "clusterIP");
        List<String> all = service.strings("spec", "clusterIPs");
        return one.isEmpty() && !all.isEmpty() ? all.get(0) : one;
    }

    private String anyAddress(AdmissionAttributes attributes) {
        return addresses
                .takeAny(attributes.dryRun())
                .map(settings.serviceCidr()::address)
                .orElseThrow(() -> ApiException.internalError(
                        "failed to allocate a serviceIP: range is full",
                        new IllegalStateException("no free address in " + settings.serviceCidr())));
    }

    private String chosenAddress(AdmissionAttributes attributes, String wanted) {
        String problem = "";
        if (!settings.serviceCidr().contains(wanted)
                || !addresses.contains(settings.serviceCidr().offsetOf(wanted))) {
            problem = "the provided IP (" + wanted + ") is not in the valid range. The range of valid IPs is "
                    + settings.serviceCidr();
        } else if (!addresses.take(settings.serviceCidr().offsetOf(wanted), attributes.dryRun())) {
            problem = "provided IP is already allocated";
        }
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
        return ports.takeAny(attributes.dryRun())
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
        if (!ports.take(number, attributes.dryRun())) {
            throw invalid(attributes, FieldError.invalid(path, number, "provided port is already allocated"));
        }
    }

    private static ApiException invalid(AdmissionAttributes attributes, FieldError error) {
        return ApiException.invalid(attributes.kind(), attributes.name(), List.of(error));
    }

    private static String type(ObjectView service) {
        return service.json() == JsonValue.EMPTY_JSON_OBJECT ? "" : service.text("spec", "type");
    }
}
