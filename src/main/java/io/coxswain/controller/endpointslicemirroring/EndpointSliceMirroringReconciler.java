package io.coxswain.controller.endpointslicemirroring;

import io.coxswain.client.EventRecorder;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.endpointslicemirroring.Mirror.Shape;
import io.coxswain.controller.runtime.Owners;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.ServiceSlices;
import io.coxswain.controller.runtime.Watches;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The EndpointSlice mirroring loop. Endpoints of Services that have a selector are the Endpoints loop's, and are not mirrored. */
@Dependent
public class EndpointSliceMirroringReconciler implements Reconciler {
    static final String OURS = "endpointslicemirroring-controller.k8s.io";
    private static final String SKIP = "endpointslice.kubernetes.io/skip-mirror";
    private static final String LEADER = "control-plane.alpha.kubernetes.io/leader";
    private static final List<String> NOT_COPIED = List.of(
            "endpoints.kubernetes.io/last-change-trigger-time", "kubectl.kubernetes.io/last-applied-configuration");
    private static final int WORKERS = 5;

    private final ServiceSlices slices;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<Endpoints> endpoints;

    @SuppressWarnings("NullAway.Init")
    private Lister<Service> services;

    @SuppressWarnings("NullAway.Init")
    private EventRecorder events;

    @Inject
    public EndpointSliceMirroringReconciler(Clock clock) {
        this.slices = new ServiceSlices(OURS, clock);
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
        events = watches.events();
        endpoints = watches.primary(ResourceTypes.ENDPOINTS).lister();
        services = watches.primary(ResourceTypes.SERVICES).lister();
        slices.setUp(watches);
    }

    @Override
    public Result reconcile(Key key) {
        Optional<List<EndpointSlice>> found = slices.of(key);
        if (found.isEmpty()) {
            return Result.after(ServiceSlices.CACHE_WAIT);
        }
        List<EndpointSlice> cached = found.get();
        Optional<Endpoints> source = endpoints
                .get(key.namespace(), key.name())
                .filter(EndpointSliceMirroringReconciler::isMirrored)
                .filter(object -> services.get(key.namespace(), key.name())
                        .filter(service -> service.getSpec().getSelector() == null
                                || service.getSpec().getSelector().isEmpty())
                        .isPresent());
        if (source.isEmpty()) {
            cached.forEach(slice -> slices.delete(key, slice));
            if (cached.isEmpty()) {
                slices.forget(key);
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
        Map<String, String> labels = slices.labels(source);
        Map<String, String> annotations = annotations(source);
        for (EndpointSlice slice : cached) {
            if (slice.getMetadata().getDeletionTimestamp() != null) {
                continue;
            }
            List<Endpoint> wanted = Owners.isControlledBy(slice, source) ? missing.remove(Shape.of(slice)) : null;
            if (wanted == null) {
                slices.delete(key, slice);
            } else if (!wanted.equals(slice.getEndpoints())
                    || !labels.equals(slice.getMetadata().getLabels())
                    || !annotations.equals(annotations(slice.getMetadata()))) {
                slices.update(
                        key,
                        new EndpointSliceBuilder(slice)
                                .editMetadata()
                                .withLabels(labels)
                                .withAnnotations(annotations)
                                .endMetadata()
                                .withEndpoints(wanted)
                                .build());
            }
        }
        missing.forEach((shape, wanted) -> slices.create(
                key,
                source,
                new EndpointSliceBuilder()
                        .withNewMetadata()
                        .withLabels(labels)
                        .withAnnotations(annotations)
                        .endMetadata()
                        .withAddressType(shape.addressType())
                        .withPorts(shape.ports())
                        .withEndpoints(wanted)
                        .build()));
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
