package io.coxswain.controller.runtime;

import io.coxswain.client.ApiClient.ServedResource;
import io.coxswain.client.Key;
import io.coxswain.client.ObjectSummary;
import io.coxswain.client.ResourceType;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupResource;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Watches every resource that discovery tells of, summaries only, and those that come to be served later. Thread-safe. */
public final class ResourceWatcher {
    private static final System.Logger LOG = System.getLogger(ResourceWatcher.class.getName());
    private static final Set<String> NEEDED = Set.of("list", "watch", "delete");

    /** Hears of changes; {@code old} is {@code null} for an added object, {@code now} for a deleted one. Returns keys to queue. */
    @FunctionalInterface
    public interface Listener {
        Collection<Key> changed(
                ResourceType<ObjectSummary> type, @Nullable ObjectSummary old, @Nullable ObjectSummary now);
    }

    private final Watches watches;
    private final Listener listener;
    private final Map<GroupResource, ResourceType<ObjectSummary>> watched = new ConcurrentHashMap<>();

    public ResourceWatcher(Watches watches, Listener listener) {
        this.watches = watches;
        this.listener = listener;
    }

    /** Looks for resources not watched yet. Returns nothing to queue, so that it can be given to {@link Watches#every}. */
    public Collection<Key> refresh() {
        try {
            for (ServedResource resource : watches.client().resources()) {
                boolean wanted = resource.verbs().containsAll(NEEDED)
                        && !resource.gvr().resource().equals("events")
                        && !watched.containsKey(resource.gvr().groupResource());
                if (wanted) {
                    watch(resource);
                }
            }
        } catch (ApiException e) {
            LOG.log(Level.WARNING, () -> "event=discovery-failed error=" + e.getMessage());
        }
        return List.of();
    }

    private void watch(ServedResource resource) {
        ResourceType<ObjectSummary> type =
                new ResourceType<>(resource.gvr(), resource.kind(), resource.namespaced(), ObjectSummary.class);
        watched.put(resource.gvr().groupResource(), type);
        watches.changes(type, (old, now) -> listener.changed(type, old, now));
    }

    /** The watched resource of a kind, whatever its version. */
    public Optional<ResourceType<ObjectSummary>> byKind(String group, String kind) {
        return watched.values().stream()
                .filter(type -> type.gvr().group().equals(group) && type.kind().equals(kind))
                .findFirst();
    }

    public Optional<ResourceType<ObjectSummary>> byResource(GroupResource resource) {
        return Optional.ofNullable(watched.get(resource));
    }
}
