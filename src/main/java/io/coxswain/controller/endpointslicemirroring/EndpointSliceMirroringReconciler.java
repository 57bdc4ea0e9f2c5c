package io.coxswain.controller.endpointslicemirroring;

import io.coxswain.client.DeleteOptions;
import io.coxswain.client.EventRecorder;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.endpointslicemirroring.Mirror.Shape;
import io.coxswain.controller.runtime.Namespaces;
import io.coxswain.controller.runtime.Owners;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.controller.runtime.WrittenSlices;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The EndpointSlice mirroring loop. Endpoints of Services that have a selector are the Endpoints loop's, and are not mirrored. */
@Dependent
public class EndpointSliceMirroringReconciler implements Reconciler {
    static final String OURS = "endpointslicemirroring-controller.k8s.io";
    private static final String SERVICE_NAME = "kubernetes.io/service-name";
    private static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
    private static final String SKIP = "endpointslice.kubernetes.io/skip-mirror";
    private static final String LEADER = "control-plane.alpha.kubernetes.io/leader";
    private static final List<String> NOT_COPIED = List.of(
            "endpoints.kubernetes.io/last-change-trigger-time", "kubectl.kubernetes.io/last-applied-configuration");
    private static final String BY_SERVICE = "mirrored";
    private static final Duration CACHE_WAIT = Duration.ofSeconds(1);
    private static final int WORKERS = 5;

    private final WrittenSlices written;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<Endpoints> endpoints;

    @SuppressWarnings("NullAway.Init")
    private Lister<Service> services;

    @SuppressWarnings("NullAway.Init")
    private Lister<EndpointSlice> slices;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<EndpointSlice> client;

    @SuppressWarnings("NullAway.Init")
    private EventRecorder events;

    @Inject
    public EndpointSliceMirroringReconciler(Clock clock) {
        this.written = new WrittenSlices(clock);
    }

    @Override
    public String name() {
        return "endpointslicemirroring-controller";
    }

    @Override
    public String queueName() {
        return "endpoint_slice_mirroring";
    }

    @Override
    public int workers() {
        return WORKERS;
    }

    @Override
    public void setUp(Watches watches) {
        client = watches.client().resource(ResourceTypes.ENDPOINT_SLICES);
        events = watches.events();
        endpoints = watches.primary(ResourceTypes.ENDPOINTS).lister();
        services = watches.primary(ResourceTypes.SERVICES).lister();
        var informer = watches.changes(ResourceTypes.ENDPOINT_SLICES, this::sliceChanged);
        informer.addIndex(
                BY_SERVICE, slice -> service(slice).map(Key::toString).stream().toList());
        slices = informer.lister();
    }

    private Collection<Key> sliceChanged(@Nullable EndpointSlice old, @Nullable EndpointSlice now) {
        List<Key> keys = new ArrayList<>();
        if (old != null) {
            service(old).ifPresent(key -> {
                keys.add(key);
                if (now == null) {
                    written.gone(key, old);
                }
            });
        }
        if (now != null) {
            service(now).ifPresent(keys::add);
        }
        return keys;
    }

    /** The service whose slice this is, if it is a mirrored one. */
    private static Optional<Key> service(EndpointSlice slice) {
        Map<String, String> labels = slice.getMetadata().getLabels();
        return labels == null || !OURS.equals(labels.get(MANAGED_BY))
                ? Optional.empty()
                : Optional.ofNullable(labels.get(SERVICE_NAME))
                        .map(name -> new Key(slice.getMetadata().getNamespace(), name));
    }

    @Override
    public Result reconcile(Key key) {
        List<EndpointSlice> cached = slices.byIndex(BY_SERVICE, key.toString());
        if (!written.areIn(key, cached)) {
            return Result.after(CACHE_WAIT);
        }
        Optional<Endpoints> source = endpoints
                .get(key.namespace(), key.name())
                .filter(EndpointSliceMirroringReconciler::isMirrored)
                .filter(object -> services.get(key.namespace(), key.name())
                        .filter(service -> service.getSpec().getSelector() == null
                                || service.getSpec().getSelector().isEmpty())
                        .isPresent());
        if (source.isEmpty()) {
            cached.forEach(slice -> delete(key, slice));
            if (cached.isEmpty()) {
                written.forget(key);
            }
            return Result.done();
        }
        Mirror mirror = Mirror.of(source.get());
        tell(source.get(), mirror);
        write(key, source.get(), mirror, cached);
        return Result.done();
    }

    /** Some Endpoints are no endpoints at all but locks of elections, and some say that they shall be left alone. */
    private static boolean isMirrored(Endpoints object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        return (labels == null || !"true".equals(labels.get(SKIP)))
                && (annotations == null || !annotations.containsKey(LEADER));
    }

    private void tell(Endpoints object, Mirror mirror) {
        if (mirror.skipped() > 0) {
            events.event(
                    object,
                    "Warning",
                    "TooManyAddressesToMirror",
                    "A max of " + Mirror.MAX_PER_SUBSET
                            + " addresses can be mirrored to EndpointSlices per Endpoints subset. " + mirror.skipped()
                            + " addresses were skipped");
        }
        if (mirror.invalid() > 0) {
            events.event(
                    object,
                    "Warning",
                    "InvalidIPAddress",
                    "Skipped " + mirror.invalid() + " invalid IP addresses when mirroring to EndpointSlices");
        }
    }

    private void write(Key key, Endpoints source, Mirror mirror, List<EndpointSlice> cached) {
        Map<Shape, List<Endpoint>> missing = new LinkedHashMap<>(mirror.slices());
        Map<String, String> labels = labels(source);
        Map<String, String> annotations = annotations(source);
        for (EndpointSlice slice : cached) {
            if (slice.getMetadata().getDeletionTimestamp() != null) {
                continue;
            }
            List<Endpoint> wanted = Owners.isControlledBy(slice, source) ? missing.remove(Shape.of(slice)) : null;
            if (wanted == null) {
                delete(key, slice);
            } else if (!wanted.equals(slice.getEndpoints())
                    || !labels.equals(slice.getMetadata().getLabels())
                    || !annotations.equals(annotations(slice.getMetadata()))) {
                written.wrote(
                        key,
                        client.update(new EndpointSliceBuilder(slice)
                                .editMetadata()
                                .withLabels(labels)
                                .withAnnotations(annotations)
                                .endMetadata()
                                .withEndpoints(wanted)
                                .build()));
            }
        }
        missing.forEach((shape, wanted) -> create(key, source, shape, wanted));
    }

    private void create(Key key, Endpoints source, Shape shape, List<Endpoint> wanted) {
        ObjectMeta meta = source.getMetadata();
        if (meta.getDeletionTimestamp() != null) {
            return;
        }
        try {
            written.wrote(
                    key,
                    client.create(new EndpointSliceBuilder()
                            .withNewMetadata()
                            .withNamespace(meta.getNamespace())
                            .withGenerateName(meta.getName() + "-")
                            .withLabels(labels(source))
                            .withAnnotations(annotations(source))
                            .withOwnerReferences(Owners.controllerReference(source))
                            .endMetadata()
                            .withAddressType(shape.addressType())
                            .withPorts(shape.ports())
                            .withEndpoints(wanted)
                            .build()));
        } catch (ApiException e) {
            if (!Namespaces.isTerminating(e)) {
                throw e;
            }
        }
    }

    private void delete(Key key, EndpointSlice slice) {
        ObjectMeta meta = slice.getMetadata();
        try {
            client.delete(meta.getNamespace(), meta.getName(), DeleteOptions.uid(meta.getUid()));
            written.deleted(key, slice);
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    private static Map<String, String> labels(Endpoints source) {
        Map<String, String> labels = new HashMap<>();
        if (source.getMetadata().getLabels() != null) {
            labels.putAll(source.getMetadata().getLabels());
        }
        labels.put(SERVICE_NAME, source.getMetadata().getName());
        labels.put(MANAGED_BY, OURS);
        return labels;
    }

    private static Map<String, String> annotations(Endpoints source) {
        Map<String, String> annotations = new HashMap<>(annotations(source.getMetadata()));
        annotations.keySet().removeAll(NOT_COPIED);
        return annotations;
    }

    private static Map<String, String> annotations(ObjectMeta meta) {
        return meta.getAnnotations() == null ? Map.of() : meta.getAnnotations();
    }
}
