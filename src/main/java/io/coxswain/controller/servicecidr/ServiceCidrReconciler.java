package io.coxswain.controller.servicecidr;

import io.coxswain.client.Key;
import io.coxswain.client.ListOptions;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.kinds.rules.Cidr;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.network.allocator.ServiceAddress;
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
 * The ServiceCIDR loop: gives each a finalizer and marks it as ready, and lets a deleted one go when no Service has an
 * address that only it covers.
 */
@Dependent
public class ServiceCidrReconciler implements Reconciler {
    static final String FINALIZER = "networking.k8s.io/service-cidr-finalizer";
    /** By then no server gives out addresses of a deleted range any more. */
    static final Duration GRACE = Duration.ofSeconds(10);

    private static final ReadyCondition READY = new ReadyCondition(true, "", "Kubernetes Service CIDR is ready");
    private static final ReadyCondition TERMINATING = new ReadyCondition(
            false,
            "Terminating",
            "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR");
    private static final ListOptions OF_SERVICES =
            ListOptions.labels(ServiceAddress.MANAGED_BY + "=" + ServiceAddress.ALLOCATOR);

    private final Clock clock;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<JsonObject> cidrs;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<JsonObject> client;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<JsonObject> addresses;

    @Inject
    public ServiceCidrReconciler(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "service-cidrs-controller";
    }

    @Override
    public String queueName() {
        return "servicecidrs";
    }

    @Override
    public void setUp(Watches watches) {
        client = watches.client().resource(ResourceTypes.SERVICE_CIDRS);
        addresses = watches.client().resource(ResourceTypes.IP_ADDRESSES);
        cidrs = watches.primary(ResourceTypes.SERVICE_CIDRS).lister();
        // A new range may cover what holds a deleted one.
        watches.map(ResourceTypes.SERVICE_CIDRS, changed -> deleted(range -> true));
        watches.map(ResourceTypes.IP_ADDRESSES, address -> {
            String text = new ObjectView(address).name();
            return deleted(range -> Cidr.contains(range, text));
        });
    }

    private Collection<Key> deleted(java.util.function.Predicate<String> which) {
        return cidrs == null
                ? List.of()
                : cidrs.list("").stream()
                        .map(ObjectView::new)
                        .filter(cidr -> cidr.isBeingDeleted()
                                && cidr.strings("spec", "cidrs").stream().anyMatch(which))
                        .map(cidr -> new Key("", cidr.name()))
                        .toList();
    }

    @Override
    public Result reconcile(Key key) {
        Optional<ObjectView> found = client.find("", key.name()).map(ObjectView::new);
        if (found.isEmpty()) {
            return Result.done();
        }
        ObjectView cidr = found.get();
        if (!cidr.isBeingDeleted()) {
            if (!cidr.finalizers().contains(FINALIZER)) {
                List<String> all = new ArrayList<>(cidr.finalizers());
                all.add(FINALIZER);
                cidr = new ObjectView(
                        client.update(JsonTrees.set(cidr.json(), JsonTrees.texts(all), "metadata", "finalizers")));
            }
            condition(cidr, READY);
            return Result.done();
        }
        if (!cidr.finalizers().contains(FINALIZER)) {
            return Result.done();
        }
        return leave(cidr);
    }

    private Result leave(ObjectView cidr) {
        if (isNeeded(cidr)) {
            condition(cidr, TERMINATING);
            return Result.done();
        }
        Instant end = Instant.parse(cidr.text("metadata", "deletionTimestamp")).plus(GRACE);
        Duration wait = Duration.between(clock.instant(), end);
        if (!wait.isNegative() && !wait.isZero()) {
            return Result.after(wait);
        }
        List<String> others = cidr.finalizers().stream()
                .filter(finalizer -> !finalizer.equals(FINALIZER))
                .toList();
        client.update(
                others.isEmpty()
                        ? JsonTrees.remove(cidr.json(), "metadata", "finalizers")
                        : JsonTrees.set(cidr.json(), JsonTrees.texts(others), "metadata", "finalizers"));
        return Result.done();
    }

    private void condition(ObjectView cidr, ReadyCondition wanted) {
        if (!wanted.isOn(cidr)) {
            client.updateStatus(wanted.on(cidr, clock.instant()));
        }
    }

    /** Whether a Service has an address that no other range covers. Asks the server: a cache may be behind. */
    private boolean isNeeded(ObjectView cidr) {
        List<String> others = client.list("", ListOptions.ALL).items().stream()
                .map(ObjectView::new)
                .filter(other -> !other.uid().equals(cidr.uid()) && !other.isBeingDeleted())
                .flatMap(other -> other.strings("spec", "cidrs").stream())
                .toList();
        List<String> alone = cidr.strings("spec", "cidrs").stream()
                .filter(range -> others.stream().noneMatch(other -> Cidr.isWithin(range, other)))
                .toList();
        if (alone.isEmpty()) {
            return false;
        }
        return addresses.list("", OF_SERVICES).items().stream()
                .map(address -> new ObjectView(address).name())
                .anyMatch(address -> alone.stream().anyMatch(range -> Cidr.contains(range, address))
                        && others.stream().noneMatch(range -> Cidr.contains(range, address)));
    }
}
