package io.coxswain.controller.runtime;

import io.coxswain.client.DeleteOptions;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The EndpointSlices that one loop keeps for services, told by their labels: reads them once the cache has what this loop
 * wrote itself, and writes them. Thread-safe after {@link #setUp}.
 */
public final class ServiceSlices {
    private static final String SERVICE_NAME = "kubernetes.io/service-name";
    private static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";

    /** When to come again while the cache lags. Its own event comes sooner; this is for the case that it never does. */
    public static final Duration CACHE_WAIT = Duration.ofSeconds(1);

    private final String manager;
    private final WrittenSlices written;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<EndpointSlice> slices;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<EndpointSlice> client;

    /** @param manager the value of the label {@code endpointslice.kubernetes.io/managed-by} */
    public ServiceSlices(String manager, Clock clock) {
        this.manager = manager;
        this.written = new WrittenSlices(clock);
    }

    /** Queues services whose slices change. */
    public void setUp(Watches watches) {
        client = watches.client().resource(ResourceTypes.ENDPOINT_SLICES);
        var informer = watches.changes(ResourceTypes.ENDPOINT_SLICES, this::changed);
        // Informers are shared: each manager has an index of its own.
        informer.addIndex(
                manager, slice -> service(slice).map(Key::toString).stream().toList());
        slices = informer.lister();
    }

    private Collection<Key> changed(@Nullable EndpointSlice old, @Nullable EndpointSlice now) {
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

    /** The service whose slice this is, if it is one of this manager's. */
    private Optional<Key> service(EndpointSlice slice) {
        Map<String, String> labels = slice.getMetadata().getLabels();
        return labels == null || !manager.equals(labels.get(MANAGED_BY))
                ? Optional.empty()
                : Optional.ofNullable(labels.get(SERVICE_NAME))
                        .map(name -> new Key(slice.getMetadata().getNamespace(), name));
    }

    /** The slices of a service; nothing while the cache lacks what was written before. */
    public Optional<List<EndpointSlice>> of(Key service) {
        List<EndpointSlice> cached = slices.byIndex(manager, service.toString());
        return written.areIn(service, cached) ? Optional.of(cached) : Optional.empty();
    }

    /** Forgets what was written for a service that is gone. */
    public void forget(Key service) {
        written.forget(service);
    }

    /** The labels of an owner with those of its slices. */
    public Map<String, String> labels(HasMetadata owner) {
        Map<String, String> labels = new HashMap<>();
        if (owner.getMetadata().getLabels() != null) {
            labels.putAll(owner.getMetadata().getLabels());
        }
        labels.put(SERVICE_NAME, owner.getMetadata().getName());
        labels.put(MANAGED_BY, manager);
        return labels;
    }

    /**
     * Creates a slice beside its owner, which controls it, under a name made from the owner's. Does nothing if owner or
     * namespace are about to go.
     *
     * @param slice labels and annotations of its metadata, and all but metadata
     */
    public void create(Key service, HasMetadata owner, EndpointSlice slice) {
        ObjectMeta meta = owner.getMetadata();
        if (meta.getDeletionTimestamp() != null) {
            return;
        }
        try {
            written.wrote(
                    service,
                    client.create(new EndpointSliceBuilder(slice)
                            .editOrNewMetadata()
                            .withNamespace(meta.getNamespace())
                            .withGenerateName(meta.getName() + "-")
                            .withOwnerReferences(Owners.controllerReference(owner))
                            .endMetadata()
                            .build()));
        } catch (ApiException e) {
            if (!Namespaces.isTerminating(e)) {
                throw e;
            }
        }
    }

    public void update(Key service, EndpointSlice slice) {
        written.wrote(service, client.update(slice));
    }

    public void delete(Key service, EndpointSlice slice) {
        ObjectMeta meta = slice.getMetadata();
        try {
            client.delete(meta.getNamespace(), meta.getName(), DeleteOptions.uid(meta.getUid()));
            written.deleted(service, slice);
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }
}
