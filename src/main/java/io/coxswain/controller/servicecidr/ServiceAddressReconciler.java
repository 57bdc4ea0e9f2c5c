package io.coxswain.controller.servicecidr;

import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.client.ApiClient;
import io.coxswain.client.ApiClients;
import io.coxswain.client.DeleteOptions;
import io.coxswain.client.EventRecorder;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.kinds.rules.Cidr;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import io.coxswain.network.allocator.ServiceAddress;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.Service;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Repairs what differs between Services and IPAddresses: a Service without the object of its address gets it, an object
 * without its Service goes. Both are written together, so there is work only after somebody changed one by hand, or for
 * Services of a server that made no IPAddresses. Acts as the API server, where upstream has it.
 *
 * <p>Keys: a Service by namespace and name, an IPAddress by its name alone.
 */
@Dependent
public class ServiceAddressReconciler implements Reconciler {
    /** An IPAddress made before its Service is left alone for so long. */
    static final Duration GRACE = Duration.ofSeconds(60);

    private static final String WARNING = "Warning";

    private final Clock clock;
    private final ResourceClient<JsonObject> addressClient;
    private final ResourceClient<Service> serviceClient;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<Service> services;

    @SuppressWarnings("NullAway.Init")
    private Lister<JsonObject> addresses;

    @SuppressWarnings("NullAway.Init")
    private Lister<JsonObject> cidrs;

    @SuppressWarnings("NullAway.Init")
    private EventRecorder events;

    @Inject
    public ServiceAddressReconciler(ApiClients clients, Clock clock) {
        this.clock = clock;
        ApiClient self = clients.as(UserInfo.API_SERVER, "kube-apiserver");
        addressClient = self.resource(ResourceTypes.IP_ADDRESSES);
        serviceClient = self.resource(ResourceTypes.SERVICES);
    }

    @Override
    public String name() {
        return "ipallocator-repair-controller";
    }

    @Override
    public String queueName() {
        return "ipaddresses";
    }

    @Override
    public void setUp(Watches watches) {
        events = watches.events();
        services = watches.primary(ResourceTypes.SERVICES).lister();
        addresses = watches.map(ResourceTypes.IP_ADDRESSES, ServiceAddressReconciler::ownAndParent)
                .lister();
        cidrs = watches.cache(ResourceTypes.SERVICE_CIDRS).lister();
    }

    private static Collection<Key> ownAndParent(JsonObject address) {
        ObjectView view = new ObjectView(address);
        List<Key> keys = new ArrayList<>(List.of(new Key("", view.name())));
        if (ServiceAddress.isOfService(view)) {
            keys.add(new Key(view.text("spec", "parentRef", "namespace"), view.text("spec", "parentRef", "name")));
        }
        return keys;
    }

    @Override
    public Result reconcile(Key key) {
        return key.namespace().isEmpty() ? address(key.name()) : service(key);
    }

    private Result service(Key key) {
        List<String> wrong = services.get(key.namespace(), key.name()).map(ServiceAddressReconciler::held).stream()
                .flatMap(List::stream)
                .filter(held -> addresses
                        .get("", held)
                        .map(ObjectView::new)
                        .filter(known -> ServiceAddress.belongsTo(known, key.namespace(), key.name()))
                        .isEmpty())
                .toList();
        if (!wrong.isEmpty()) {
            // The cache shows two resources at different moments: only what the server says counts.
            serviceClient
                    .find(key.namespace(), key.name())
                    .ifPresent(service ->
                            held(service).stream().filter(wrong::contains).forEach(held -> repair(service, held)));
        }
        return Result.done();
    }

    private void repair(Service service, String address) {
        String namespace = service.getMetadata().getNamespace();
        String name = service.getMetadata().getName();
        String family = "[" + (Cidr.isV4(address) ? "IPv4" : "IPv6") + "]";
        if (!isInRange(address)) {
            events.event(
                    service,
                    WARNING,
                    "ClusterIPOutOfRange",
                    "Cluster IP " + family + ": " + address
                            + " is not within any configured Service CIDR; please recreate service");
            return;
        }
        Optional<ObjectView> known = addressClient.find("", address).map(ObjectView::new);
        if (known.isEmpty()) {
            events.event(
                    service,
                    WARNING,
                    "ClusterIPNotAllocated",
                    "Cluster IP " + family + ": " + address + " is not allocated; repairing");
            create(address, namespace, name);
        } else if (isHeldByParent(known.get())) {
            if (!ServiceAddress.belongsTo(known.get(), namespace, name)) {
                events.event(
                        service,
                        WARNING,
                        "ClusterIPAlreadyAllocated",
                        "Cluster IP " + family + ":" + address
                                + " was assigned to multiple services; please recreate service");
            }
        } else {
            events.event(
                    service,
                    WARNING,
                    "ClusterIPNotAllocated",
                    "the ClusterIP " + family + ": " + address + " for Service " + namespace + "/" + name
                            + " has a wrong reference; repairing");
            delete(known.get());
            create(address, namespace, name);
        }
    }

    private boolean isInRange(String address) {
        return cidrs.list("").stream()
                .flatMap(cidr -> References.ranges(cidr).stream())
                .anyMatch(range -> Cidr.contains(range, address));
    }

    /** Whether the Service that the object names exists and has the address. */
    private boolean isHeldByParent(ObjectView address) {
        return parent(address)
                .filter(service -> held(service).contains(address.name()))
                .isPresent();
    }

    private Optional<Service> parent(ObjectView address) {
        return ServiceAddress.isOfService(address)
                ? serviceClient.find(
                        address.text("spec", "parentRef", "namespace"), address.text("spec", "parentRef", "name"))
                : Optional.empty();
    }

    private Result address(String name) {
        Optional<ObjectView> found = addresses.get("", name).map(ObjectView::new);
        if (found.isEmpty() || !ServiceAddress.isManaged(found.get()) || isKnownGood(found.get())) {
            return Result.done();
        }
        Optional<ObjectView> live = addressClient.find("", name).map(ObjectView::new);
        if (live.isEmpty() || live.get().isBeingDeleted() || isHeldByParent(live.get())) {
            return Result.done();
        }
        ObjectView address = live.get();
        ObjectReference about = References.to(address.json());
        if (!ServiceAddress.isOfService(address)) {
            events.event(
                    about,
                    WARNING,
                    "IPAddressNotAllocated",
                    "IPAddress " + name + " appears to have been modified, not referencing a Service "
                            + address.object("spec", "parentRef") + ": cleaning up");
            delete(address);
            return Result.done();
        }
        String service =
                address.text("spec", "parentRef", "namespace") + "/" + address.text("spec", "parentRef", "name");
        if (parent(address).isPresent()) {
            events.event(
                    about,
                    WARNING,
                    "IPAddressWrongReference",
                    "IPAddress: " + name + " for Service " + service + " has a wrong reference; cleaning up");
            delete(address);
            return Result.done();
        }
        Instant end =
                Instant.parse(address.text("metadata", "creationTimestamp")).plus(GRACE);
        Duration wait = Duration.between(clock.instant(), end);
        if (!wait.isNegative() && !wait.isZero()) {
            return Result.after(wait);
        }
        events.event(
                about,
                WARNING,
                "IPAddressNotAllocated",
                "IPAddress: " + name + " for Service " + service + " appears to have leaked: cleaning up");
        delete(address);
        return Result.done();
    }

    private boolean isKnownGood(ObjectView address) {
        return ServiceAddress.isOfService(address)
                && services.get(
                                address.text("spec", "parentRef", "namespace"),
                                address.text("spec", "parentRef", "name"))
                        .filter(service -> held(service).contains(address.name()))
                        .isPresent();
    }

    private static List<String> held(Service service) {
        List<String> all = service.getSpec().getClusterIPs();
        return all == null || "ExternalName".equals(service.getSpec().getType())
                ? List.of()
                : all.stream().filter(address -> !address.equals("None")).toList();
    }

    private void create(String address, String namespace, String service) {
        try {
            addressClient.create(ServiceAddress.of(address, namespace, service));
        } catch (ApiException e) {
            if (!e.isAlreadyExists()) {
                throw e;
            }
        }
    }

    private void delete(ObjectView address) {
        try {
            addressClient.delete("", address.name(), DeleteOptions.uid(address.uid()));
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }
}
