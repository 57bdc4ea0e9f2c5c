package io.coxswain.apiserver.registry;

import io.coxswain.meta.GroupResource;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.GroupVersionResource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All resources that are served now. Built-in kinds are found by CDI and checked at start; kinds may come and go later
 * (custom resources). Readers see one consistent {@link Catalog}. Thread-safe.
 */
@ApplicationScoped
public class ResourceRegistry {
    private volatile Catalog catalog = new Catalog(0, Map.of());

    /**
     * The resources at one time.
     *
     * @param generation grows by one with each change, so that documents made from the catalog can be cached
     */
    public record Catalog(long generation, Map<GroupVersionResource, RegisteredResource> resources) {
        public Catalog {
            resources = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(resources));
        }

        /** The resources of one group version in alphabetical order. */
        public List<RegisteredResource> of(String group, String version) {
            Map<String, RegisteredResource> found = new TreeMap<>();
            resources.forEach((gvr, resource) -> {
                if (gvr.group().equals(group) && gvr.version().equals(version)) {
                    found.put(gvr.resource(), resource);
                }
            });
            return List.copyOf(found.values());
        }

        public Optional<RegisteredResource> find(GroupVersionResource gvr) {
            return Optional.ofNullable(resources.get(gvr));
        }

        /** The resource that serves a kind. */
        public Optional<RegisteredResource> byKind(GroupVersionKind kind) {
            return resources.values().stream()
                    .filter(resource -> resource.gvk().equals(kind))
                    .findFirst();
        }
    }

    protected ResourceRegistry() {}

    @Inject
    public ResourceRegistry(@Any Instance<KindDefinition> kinds, @Any Instance<Subresource> subresources) {
        this(kinds.stream().toList(), subresources.stream().toList());
    }

    /** @throws IllegalStateException if two kinds claim one name, or a subresource has no parent */
    public ResourceRegistry(
            Collection<? extends KindDefinition> kinds, Collection<? extends Subresource> subresources) {
        Map<GroupVersionResource, RegisteredResource> found = new LinkedHashMap<>();
        for (KindDefinition kind : kinds) {
            GroupVersionResource gvr = kind.names().gvr();
            Map<String, Subresource> own = subresourcesOf(kind.names().groupResource(), subresources);
            RegisteredResource twin = found.put(gvr, new RegisteredResource(kind, own));
            if (twin != null) {
                throw new IllegalStateException(
                        "two kinds serve " + gvr + ": " + twin.kind().getClass() + " and " + kind.getClass());
            }
        }
        for (Subresource subresource : subresources) {
            if (found.values().stream().noneMatch(r -> r.groupResource().equals(subresource.parent()))) {
                throw new IllegalStateException("no kind serves " + subresource.parent() + ", the parent of "
                        + subresource.getClass().getName());
            }
        }
        checkShortNames(found.values());
        catalog = new Catalog(1, found);
    }

    public Catalog catalog() {
        return catalog;
    }

    public Optional<RegisteredResource> find(GroupVersionResource gvr) {
        return catalog.find(gvr);
    }

    /**
     * Serves one more kind from now on, or replaces the kind that served the same resource.
     *
     * @throws IllegalStateException if another resource has one of its short names already
     */
    public synchronized void register(KindDefinition kind, Collection<? extends Subresource> subresources) {
        Map<GroupVersionResource, RegisteredResource> next = new LinkedHashMap<>(catalog.resources());
        next.put(
                kind.names().gvr(),
                new RegisteredResource(kind, subresourcesOf(kind.names().groupResource(), subresources)));
        checkShortNames(next.values());
        catalog = new Catalog(catalog.generation() + 1, next);
    }

    /** Serves a resource no longer; stored objects stay. */
    public synchronized void unregister(GroupVersionResource gvr) {
        Map<GroupVersionResource, RegisteredResource> next = new LinkedHashMap<>(catalog.resources());
        if (next.remove(gvr) != null) {
            catalog = new Catalog(catalog.generation() + 1, next);
        }
    }

    private static Map<String, Subresource> subresourcesOf(
            GroupResource parent, Collection<? extends Subresource> subresources) {
        Map<String, Subresource> own = new HashMap<>();
        for (Subresource subresource : subresources) {
            if (subresource.parent().equals(parent) && own.put(subresource.name(), subresource) != null) {
                throw new IllegalStateException("two subresources " + parent + "/" + subresource.name());
            }
        }
        return own;
    }

    /** Within a group a short name must mean one resource; kubectl settles doubles between groups by their order. */
    private static void checkShortNames(Collection<RegisteredResource> resources) {
        Map<GroupResource, GroupResource> owners = new HashMap<>();
        for (RegisteredResource resource : resources) {
            for (String shortName : resource.kind().names().shortNames()) {
                GroupResource own = resource.groupResource();
                GroupResource other = owners.put(new GroupResource(own.group(), shortName), own);
                if (other != null && !other.equals(own)) {
                    throw new IllegalStateException("short name " + shortName + " of both " + other + " and " + own);
                }
            }
        }
    }
}
