package io.coxswain.apiserver.discovery;

import io.coxswain.apiserver.registry.KindDefinition;
import io.coxswain.apiserver.registry.RegisteredResource;
import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.ResourceRegistry.Catalog;
import io.coxswain.apiserver.registry.Subresource;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.JsonTrees;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Makes the documents of discovery from one catalog. Immutable. */
final class DiscoveryDocuments {
    private static final GroupVersionKind SCALE = new GroupVersionKind("autoscaling", "v1", "Scale");

    private final Catalog catalog;
    /** Named groups with their versions in order; the core group is not among them. */
    private final Map<String, List<String>> groups;

    private final List<String> coreVersions;

    /** A subresource as discovery shows it. */
    private record Sub(String name, GroupVersionKind kind, Set<String> verbs) {}

    DiscoveryDocuments(Catalog catalog) {
        this.catalog = catalog;
        Map<String, TreeSet<String>> versions = new TreeMap<>();
        catalog.resources()
                .keySet()
                .forEach(gvr -> versions.computeIfAbsent(gvr.group(), group -> new TreeSet<>())
                        .add(gvr.version()));
        Map<String, List<String>> sorted = new LinkedHashMap<>(GroupOrder.sort(versions));
        coreVersions = Optional.ofNullable(sorted.remove("")).orElse(List.of());
        groups = sorted;
    }

    /** {@code /api}. */
    JsonObject apiVersions(String serverAddress) {
        return JsonTrees.object()
                .add("kind", "APIVersions")
                .add("versions", JsonTrees.texts(coreVersions))
                .add(
                        "serverAddressByClientCIDRs",
                        JsonTrees.array()
                                .add(JsonTrees.object()
                                        .add("clientCIDR", "0.0.0.0/0")
                                        .add("serverAddress", serverAddress)))
                .build();
    }

    /** {@code /apis}. */
    JsonObject groupList() {
        JsonArrayBuilder list = JsonTrees.array();
        groups.keySet().forEach(group -> list.add(group(group)));
        return JsonTrees.object()
                .add("kind", "APIGroupList")
                .add("apiVersion", "v1")
                .add("groups", list)
                .build();
    }

    /** {@code /apis/group}; empty if there is no such group. */
    Optional<JsonObject> groupDocument(String group) {
        return groups.containsKey(group)
                ? Optional.of(JsonTrees.object()
                        .add("kind", "APIGroup")
                        .add("apiVersion", "v1")
                        .addAll(group(group))
                        .build())
                : Optional.empty();
    }

    private JsonObjectBuilder group(String group) {
        JsonArrayBuilder versions = JsonTrees.array();
        List<String> names = groups.getOrDefault(group, List.of());
        names.forEach(version -> versions.add(groupVersion(group, version)));
        return JsonTrees.object()
                .add("name", group)
                .add("versions", versions)
                .add("preferredVersion", groupVersion(group, names.get(0)));
    }

    private static JsonObjectBuilder groupVersion(String group, String version) {
        return JsonTrees.object().add("groupVersion", group + "/" + version).add("version", version);
    }

    /** {@code /api/v1} and {@code /apis/group/version}; empty if nothing is served there. */
    Optional<JsonObject> resourceList(String group, String version) {
        List<RegisteredResource> found = catalog.of(group, version);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        JsonArrayBuilder list = JsonTrees.array();
        for (RegisteredResource resource : found) {
            KindDefinition kind = resource.kind();
            ResourceNames names = kind.names();
            JsonObjectBuilder entry = JsonTrees.object()
                    .add("name", names.plural())
                    .add("singularName", names.singular())
                    .add("namespaced", kind.namespaced())
                    .add("kind", names.kind())
                    .add("verbs", sorted(kind.verbs()));
            addLists(entry, names);
            list.add(entry);
            for (Sub sub : subresources(resource)) {
                JsonObjectBuilder below = JsonTrees.object()
                        .add("name", names.plural() + "/" + sub.name())
                        .add("singularName", "")
                        .add("namespaced", kind.namespaced());
                if (!sub.kind().apiVersion().equals(names.gvk().apiVersion())) {
                    below.add("group", sub.kind().group())
                            .add("version", sub.kind().version());
                }
                list.add(below.add("kind", sub.kind().kind()).add("verbs", sorted(sub.verbs())));
            }
        }
        JsonObjectBuilder document = JsonTrees.object().add("kind", "APIResourceList");
        if (!group.isEmpty()) {
            document.add("apiVersion", "v1");
        }
        return Optional.of(document.add("groupVersion", group.isEmpty() ? version : group + "/" + version)
                .add("resources", list)
                .build());
    }

    /**
     * The aggregated form of {@code /api} (core) or {@code /apis}.
     *
     * @param apiVersion {@code apidiscovery.k8s.io/v2} or {@code v2beta1}
     */
    JsonObject aggregated(boolean core, String apiVersion) {
        JsonArrayBuilder items = JsonTrees.array();
        if (core) {
            items.add(aggregatedGroup("", coreVersions));
        } else {
            groups.forEach((group, versions) -> items.add(aggregatedGroup(group, versions)));
        }
        return JsonTrees.object()
                .add("kind", "APIGroupDiscoveryList")
                .add("apiVersion", apiVersion)
                .add("metadata", JsonTrees.object())
                .add("items", items)
                .build();
    }

    private JsonObjectBuilder aggregatedGroup(String group, List<String> versions) {
        JsonObjectBuilder metadata = JsonTrees.object();
        if (!group.isEmpty()) {
            metadata.add("name", group);
        }
        metadata.addNull("creationTimestamp");
        JsonArrayBuilder list = JsonTrees.array();
        for (String version : versions) {
            JsonArrayBuilder resources = JsonTrees.array();
            catalog.of(group, version).forEach(resource -> resources.add(aggregatedResource(resource)));
            list.add(JsonTrees.object()
                    .add("version", version)
                    .add("resources", resources)
                    .add("freshness", "Current"));
        }
        return JsonTrees.object().add("metadata", metadata).add("versions", list);
    }

    private static JsonObjectBuilder aggregatedResource(RegisteredResource resource) {
        KindDefinition kind = resource.kind();
        ResourceNames names = kind.names();
        JsonObjectBuilder entry = JsonTrees.object()
                .add("resource", names.plural())
                .add("responseKind", kindJson(names.gvk()))
                .add("scope", kind.namespaced() ? "Namespaced" : "Cluster")
                .add("singularResource", names.singular())
                .add("verbs", sorted(kind.verbs()));
        addLists(entry, names);
        List<Sub> subs = subresources(resource);
        if (!subs.isEmpty()) {
            JsonArrayBuilder list = JsonTrees.array();
            subs.forEach(sub -> list.add(JsonTrees.object()
                    .add("subresource", sub.name())
                    .add("responseKind", kindJson(sub.kind()))
                    .add("verbs", sorted(sub.verbs()))));
            entry.add("subresources", list);
        }
        return entry;
    }

    private static void addLists(JsonObjectBuilder entry, ResourceNames names) {
        if (!names.shortNames().isEmpty()) {
            entry.add("shortNames", JsonTrees.texts(names.shortNames()));
        }
        if (!names.categories().isEmpty()) {
            entry.add("categories", JsonTrees.texts(names.categories()));
        }
    }

    private static JsonObjectBuilder kindJson(GroupVersionKind kind) {
        return JsonTrees.object()
                .add("group", kind.group())
                .add("version", kind.version())
                .add("kind", kind.kind());
    }

    private static List<Sub> subresources(RegisteredResource resource) {
        Map<String, Sub> found = new TreeMap<>();
        Set<String> changing = Set.of("get", "patch", "update");
        if (resource.kind().hasStatus()) {
            found.put("status", new Sub("status", resource.gvk(), changing));
        }
        if (resource.kind().scale().isPresent()) {
            found.put("scale", new Sub("scale", SCALE, changing));
        }
        for (Subresource own : resource.subresources().values()) {
            found.put(own.name(), new Sub(own.name(), own.kind(), own.verbs()));
        }
        return new ArrayList<>(found.values());
    }

    private static jakarta.json.JsonArray sorted(Collection<String> verbs) {
        return JsonTrees.texts(new TreeSet<>(verbs));
    }
}
