package io.coxswain.controller.endpointslice;

import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Owners;
import io.coxswain.controller.runtime.Pods;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.ServiceSlices;
import io.coxswain.controller.runtime.Services;
import io.coxswain.controller.runtime.Watches;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The EndpointSlice loop: the addresses behind each service with a selector, in slices of at most a hundred. */
@Dependent
public class EndpointSliceReconciler implements Reconciler {
    static final String OURS = "endpointslice-controller.k8s.io";
    static final String HEADLESS = "service.kubernetes.io/headless";
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final String BY_NODE = "node";
    private final ServiceSlices slices;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<Service> services;

    @SuppressWarnings("NullAway.Init")
    private Lister<Pod> pods;

    @SuppressWarnings("NullAway.Init")
    private Lister<Node> nodes;

    @Inject
    public EndpointSliceReconciler(Clock clock) {
        this.slices = new ServiceSlices(OURS, clock);
    }

    @Override
    public String name() {
        return "endpointslice-controller";
    }

    @Override
    public String queueName() {
        return "endpoint_slice";
    }

    @Override
    public int workers() {
        return 5;
    }

    @Override
    public void setUp(Watches watches) {
        services = watches.primary(ResourceTypes.SERVICES).lister();
        var podInformer = watches.cache(ResourceTypes.PODS);
        podInformer.addIndex(BY_NODE, pod -> List.of(Pods.nodeName(pod)));
        pods = podInformer.lister();
        nodes = watches.cache(ResourceTypes.NODES).lister();
        watches.changes(ResourceTypes.PODS, this::podChanged);
        watches.changes(ResourceTypes.NODES, this::nodeChanged);
        slices.setUp(watches);
    }

    private Collection<Key> podChanged(@Nullable Pod old, @Nullable Pod now) {
        if (old != null && now != null && Services.sameForEndpoints(old, now)) {
            return List.of();
        }
        return Stream.of(Optional.ofNullable(old), Optional.ofNullable(now))
                .flatMap(Optional::stream)
                .flatMap(pod -> Services.selecting(services, pod))
                .distinct()
                .toList();
    }

    /** A node's zone stands in the endpoints, and a node that is gone takes its pods out of them. */
    private Collection<Key> nodeChanged(@Nullable Node old, @Nullable Node now) {
        if (old != null && now != null && zone(old).equals(zone(now))) {
            return List.of();
        }
        Node node = now == null ? Objects.requireNonNull(old) : now;
        return pods.byIndex(BY_NODE, node.getMetadata().getName()).stream()
                .flatMap(pod -> Services.selecting(services, pod))
                .distinct()
                .toList();
    }

    @Override
    public Result reconcile(Key key) {
        Optional<Service> found = services.get(key.namespace(), key.name());
        if (found.isEmpty()) {
            // The slices go with their owner: the garbage collector sees to it.
            slices.forget(key);
            return Result.done();
        }
        Service service = found.get();
        Optional<List<EndpointSlice>> cached = slices.of(key);
        if (cached.isEmpty()) {
            return Result.after(ServiceSlices.CACHE_WAIT);
        }
        List<EndpointSlice> usable = new ArrayList<>();
        for (EndpointSlice slice : cached.get()) {
            if (slice.getMetadata().getDeletionTimestamp() != null) {
                continue;
            }
            if (Services.selectsPods(service)
                    && "IPv4".equals(slice.getAddressType())
                    && Owners.isControlledBy(slice, service)) {
                usable.add(slice);
            } else {
                slices.delete(key, slice);
            }
        }
        if (Services.selectsPods(service)) {
            write(key, service, Placement.plan(usable, wanted(service)));
        }
        return Result.done();
    }

    private Map<PortSet, Map<String, Target>> wanted(Service service) {
        Map<PortSet, Map<String, Target>> wanted = new LinkedHashMap<>();
        for (Pod pod : pods.list(service.getMetadata().getNamespace())) {
            if (!Services.selects(service, pod.getMetadata().getLabels()) || Pods.isFinished(pod)) {
                continue;
            }
            Optional<String> address = Services.address(pod);
            Optional<Node> node = nodes.get("", Pods.nodeName(pod));
            // Behind an address on a node that does not exist (any more) nobody answers.
            if (address.isPresent() && (node.isPresent() || Services.publishesNotReady(service))) {
                Target target = Target.of(service, pod, address.get(), node.flatMap(EndpointSliceReconciler::zone));
                wanted.computeIfAbsent(PortSet.of(service, pod), ports -> new LinkedHashMap<>())
                        .put(target.uid(), target);
            }
        }
        return wanted;
    }

    private static Optional<String> zone(Node node) {
        Map<String, String> labels = node.getMetadata().getLabels();
        return labels == null
                ? Optional.empty()
                : Optional.ofNullable(labels.get(ZONE)).filter(zone -> !zone.isEmpty());
    }

    private void write(Key key, Service service, Placement.Plan plan) {
        Map<String, String> labels = labels(service);
        for (Placement.Planned slice : plan.slices()) {
            Optional<EndpointSlice> existing = slice.existing();
            if (existing.isEmpty()) {
                slices.create(key, service, filled(new EndpointSliceBuilder().withAddressType("IPv4"), slice, labels));
            } else if (slice.changed()
                    || !labels.equals(existing.get().getMetadata().getLabels())) {
                slices.update(key, filled(new EndpointSliceBuilder(existing.get()), slice, labels));
            }
        }
        plan.surplus().forEach(slice -> slices.delete(key, slice));
    }

    private static EndpointSlice filled(
            EndpointSliceBuilder builder, Placement.Planned slice, Map<String, String> labels) {
        return builder.editOrNewMetadata()
                .withLabels(labels)
                .endMetadata()
                .withPorts(slice.ports().model())
                .withEndpoints(slice.targets().stream().map(Target::model).toList())
                .build();
    }

    private Map<String, String> labels(Service service) {
        Map<String, String> labels = slices.labels(service);
        labels.remove(HEADLESS);
        if (Services.isHeadless(service)) {
            labels.put(HEADLESS, "");
        }
        return labels;
    }
}
