package io.coxswain.controller.endpoints;

import io.coxswain.client.DeleteOptions;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Namespaces;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Services;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import jakarta.enterprise.context.Dependent;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The Endpoints loop: one object per service with a selector, of the same name. Leaves alone what others write for services without one. */
@Dependent
public class EndpointsReconciler implements Reconciler {
    static final String MANAGED_BY = "endpoints.kubernetes.io/managed-by";
    static final String OURS = "endpoint-controller";
    static final String HEADLESS = "service.kubernetes.io/headless";
    static final String OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity";

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<Service> services;

    @SuppressWarnings("NullAway.Init")
    private Lister<Pod> pods;

    @SuppressWarnings("NullAway.Init")
    private Lister<Endpoints> endpoints;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<Endpoints> client;

    @Override
    public String name() {
        return "endpoint-controller";
    }

    @Override
    public String queueName() {
        return "endpoint";
    }

    @Override
    public int workers() {
        return 5;
    }

    @Override
    public void setUp(Watches watches) {
        client = watches.client().resource(ResourceTypes.ENDPOINTS);
        services = watches.primary(ResourceTypes.SERVICES).lister();
        pods = watches.cache(ResourceTypes.PODS).lister();
        endpoints = watches.cache(ResourceTypes.ENDPOINTS).lister();
        watches.changes(ResourceTypes.PODS, this::podChanged);
        watches.changes(ResourceTypes.ENDPOINTS, this::endpointsChanged);
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

    /** Somebody may make Endpoints before their service; so only what is ours, or is gone, is looked at. */
    private Collection<Key> endpointsChanged(@Nullable Endpoints old, @Nullable Endpoints now) {
        return Stream.of(Optional.ofNullable(old), Optional.ofNullable(now))
                .flatMap(Optional::stream)
                .filter(object -> now == null || isOurs(object))
                .map(object -> new Key(
                        object.getMetadata().getNamespace(),
                        object.getMetadata().getName()))
                .distinct()
                .toList();
    }

    private static boolean isOurs(Endpoints object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels != null && OURS.equals(labels.get(MANAGED_BY));
    }

    @Override
    public Result reconcile(Key key) {
        Optional<Service> service = services.get(key.namespace(), key.name());
        Optional<Endpoints> current = endpoints.get(key.namespace(), key.name());
        if (service.isEmpty()) {
            current.ifPresent(object -> delete(key, object));
        } else if (Services.selectsPods(service.get())) {
            write(service.get(), current);
        }
        return Result.done();
    }

    private void delete(Key key, Endpoints object) {
        try {
            client.delete(
                    key.namespace(),
                    key.name(),
                    DeleteOptions.uid(object.getMetadata().getUid()));
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }

    private void write(Service service, Optional<Endpoints> current) {
        Subsets subsets = Subsets.of(service, pods.list(service.getMetadata().getNamespace()));
        Map<String, String> labels = labels(service);
        Map<String, String> annotations = new HashMap<>();
        current.map(object -> object.getMetadata().getAnnotations()).ifPresent(annotations::putAll);
        if (subsets.truncated()) {
            annotations.put(OVER_CAPACITY, "truncated");
        } else {
            annotations.remove(OVER_CAPACITY);
        }
        Endpoints wanted = new EndpointsBuilder(current.orElseGet(() -> new EndpointsBuilder()
                        .withNewMetadata()
                        .withNamespace(service.getMetadata().getNamespace())
                        .withName(service.getMetadata().getName())
                        .endMetadata()
                        .build()))
                .editMetadata()
                .withLabels(labels)
                .withAnnotations(annotations)
                .endMetadata()
                .withSubsets(subsets.list())
                .build();
        if (current.isPresent()) {
            if (!current.get().getSubsets().equals(wanted.getSubsets())
                    || !labels.equals(current.get().getMetadata().getLabels())
                    || !annotations.equals(
                            Optional.ofNullable(current.get().getMetadata().getAnnotations())
                                    .orElse(Map.of()))) {
                client.update(wanted);
            }
        } else if (service.getMetadata().getDeletionTimestamp() == null) {
            create(wanted);
        }
    }

    private void create(Endpoints wanted) {
        try {
            client.create(wanted);
        } catch (ApiException e) {
            if (!Namespaces.isTerminating(e)) {
                throw e;
            }
        }
    }

    private static Map<String, String> labels(Service service) {
        Map<String, String> labels = new HashMap<>();
        if (service.getMetadata().getLabels() != null) {
            labels.putAll(service.getMetadata().getLabels());
        }
        labels.remove(HEADLESS);
        if (Services.isHeadless(service)) {
            labels.put(HEADLESS, "");
        }
        labels.put(MANAGED_BY, OURS);
        return labels;
    }
}
