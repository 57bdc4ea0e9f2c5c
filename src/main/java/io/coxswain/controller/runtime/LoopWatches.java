package io.coxswain.controller.runtime;

import io.coxswain.client.ApiClient;
import io.coxswain.client.EventRecorder;
import io.coxswain.client.Informer;
import io.coxswain.client.Informers;
import io.coxswain.client.Key;
import io.coxswain.client.ListOptions;
import io.coxswain.client.ResourceType;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Turns what a reconciler declares into informer handlers that fill its queue. */
final class LoopWatches implements Watches {
    private final ControlLoop loop;
    private final Informers informers;
    private final ApiClient client;
    private final EventRecorder events;

    LoopWatches(ControlLoop loop, Informers informers, ApiClient client, EventRecorder events) {
        this.loop = loop;
        this.informers = informers;
        this.client = client;
        this.events = events;
    }

    @Override
    public <T> Informer<T> primary(ResourceType<T> type) {
        return map(type, object -> List.of(key(object)));
    }

    @Override
    public <T> Informer<T> primary(ResourceType<T> type, String namespace, ListOptions which) {
        Informer<T> informer = informers.informer(type, namespace, which);
        loop.uses(informer);
        return queueing(informer, (old, now) -> List.of(key(Objects.requireNonNull(now == null ? old : now))));
    }

    @Override
    public <T> Informer<T> map(ResourceType<T> type, Function<T, Collection<Key>> keys) {
        return changes(type, (old, now) -> {
            List<Key> all = new ArrayList<>();
            if (old != null) {
                all.addAll(keys.apply(old));
            }
            if (now != null) {
                all.addAll(keys.apply(now));
            }
            return all;
        });
    }

    @Override
    public <T> Informer<T> owned(ResourceType<T> type, String ownerKind) {
        return map(type, object -> ownerKeys(object, ownerKind));
    }

    @Override
    public <T> Informer<T> changes(ResourceType<T> type, BiFunction<@Nullable T, @Nullable T, Collection<Key>> keys) {
        return queueing(cache(type), keys);
    }

    private <T> Informer<T> queueing(Informer<T> informer, BiFunction<@Nullable T, @Nullable T, Collection<Key>> keys) {
        informer.addHandler(new Informer.Handler<>() {
            @Override
            public void onAdd(T object) {
                keys.apply(null, object).forEach(loop.queue()::add);
            }

            @Override
            public void onUpdate(T old, T now) {
                keys.apply(old, now).forEach(loop.queue()::add);
            }

            @Override
            public void onDelete(T last) {
                keys.apply(last, null).forEach(loop.queue()::add);
            }
        });
        return informer;
    }

    @Override
    public <T> Informer<T> cache(ResourceType<T> type) {
        Informer<T> informer = informers.informer(type);
        loop.uses(informer);
        return informer;
    }

    @Override
    public void every(Duration period, Supplier<Collection<Key>> keys) {
        loop.every(period, keys);
    }

    @Override
    public void queue(Key key) {
        loop.queue().add(key);
    }

    @Override
    public Clock steady() {
        return loop.steady();
    }

    @Override
    public ApiClient client() {
        return client;
    }

    @Override
    public EventRecorder events() {
        return events;
    }

    private static Key key(Object object) {
        if (object instanceof HasMetadata typed) {
            ObjectMeta meta = typed.getMetadata();
            return new Key(meta.getNamespace() == null ? "" : meta.getNamespace(), meta.getName());
        }
        if (object instanceof JsonObject tree) {
            JsonObject meta = tree.getJsonObject("metadata");
            return new Key(meta.getString("namespace", ""), meta.getString("name", ""));
        }
        throw new IllegalArgumentException("no API object: " + object.getClass().getName());
    }

    private static Collection<Key> ownerKeys(Object object, String kind) {
        if (!(object instanceof HasMetadata typed)) {
            throw new IllegalArgumentException("owners are read from model objects only");
        }
        ObjectMeta meta = typed.getMetadata();
        for (OwnerReference owner : meta.getOwnerReferences()) {
            if (Boolean.TRUE.equals(owner.getController()) && kind.equals(owner.getKind())) {
                return List.of(new Key(meta.getNamespace() == null ? "" : meta.getNamespace(), owner.getName()));
            }
        }
        return List.of();
    }
}
