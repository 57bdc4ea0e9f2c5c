package io.coxswain.apiserver.openapi;

import io.coxswain.apiserver.registry.KindDefinition;
import io.coxswain.apiserver.registry.RegisteredResource;
import io.coxswain.apiserver.registry.Subresource;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.schema.SchemaCatalog;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The {@code paths} of one group version's document. Not thread-safe; made for one use. */
final class Operations {
    private static final GroupVersionKind STATUS = new GroupVersionKind("", "v1", "Status");
    private static final GroupVersionKind DELETE_OPTIONS = new GroupVersionKind("", "v1", "DeleteOptions");
    private static final GroupVersionKind SCALE = new GroupVersionKind("autoscaling", "v1", "Scale");
    private static final List<String> WRITE = List.of("dryRun", "fieldManager", "fieldValidation");
    private static final List<String> LIST = List.of(
            "allowWatchBookmarks",
            "continue",
            "fieldSelector",
            "labelSelector",
            "limit",
            "resourceVersion",
            "resourceVersionMatch",
            "sendInitialEvents",
            "timeoutSeconds",
            "watch");
    private static final Set<String> FLAGS =
            Set.of("allowWatchBookmarks", "sendInitialEvents", "watch", "force", "orphanDependents");
    private static final Set<String> NUMBERS = Set.of("limit", "timeoutSeconds", "gracePeriodSeconds");
    private static final List<String> PATCHES = List.of(
            "application/apply-patch+yaml",
            "application/json-patch+json",
            "application/merge-patch+json",
            "application/strategic-merge-patch+json");

    private final SchemaCatalog catalog;
    private final Map<String, JsonObjectBuilder> paths = new TreeMap<>();
    /** Kinds that operations take or give; the document must hold their schemas. */
    private final Set<GroupVersionKind> used = new LinkedHashSet<>();

    Operations(SchemaCatalog catalog) {
        this.catalog = catalog;
        used.add(STATUS);
        used.add(DELETE_OPTIONS);
    }

    Collection<GroupVersionKind> usedKinds() {
        return used;
    }

    JsonObject paths() {
        JsonObjectBuilder all = JsonTrees.object();
        paths.forEach(all::add);
        return all.build();
    }

    void add(RegisteredResource resource) {
        KindDefinition kind = resource.kind();
        GroupVersionKind gvk = resource.gvk();
        GroupVersionKind list =
                new GroupVersionKind(gvk.group(), gvk.version(), kind.names().listKind());
        String root = kind.names().gvr().pathPrefix();
        String collection = root
                + (kind.namespaced() ? "/namespaces/{namespace}/" : "/")
                + kind.names().plural();
        String one = collection + "/{name}";
        Set<String> verbs = kind.verbs();
        if (kind.namespaced() && verbs.contains("list")) {
            operation(root + "/" + kind.names().plural(), "get", "list", gvk, list, LIST, List.of());
        }
        if (verbs.contains("list")) {
            operation(collection, "get", "list", gvk, list, LIST, List.of());
        }
        if (verbs.contains("create")) {
            operation(collection, "post", "post", gvk, gvk, WRITE, List.of(gvk));
        }
        if (verbs.contains("deletecollection")) {
            operation(collection, "delete", "deletecollection", gvk, STATUS, deletes(LIST), List.of(DELETE_OPTIONS));
        }
        if (verbs.contains("get")) {
            operation(one, "get", "get", gvk, gvk, List.of(), List.of());
        }
        if (verbs.contains("delete")) {
            operation(one, "delete", "delete", gvk, STATUS, deletes(List.of()), List.of(DELETE_OPTIONS));
        }
        changes(one, verbs, gvk, gvk);
        if (kind.hasStatus()) {
            changes(one + "/status", Set.of("get", "update", "patch"), gvk, gvk);
        }
        if (kind.scale().isPresent()) {
            changes(one + "/scale", Set.of("get", "update", "patch"), SCALE, SCALE);
        }
        resource.subresources().values().forEach(sub -> subresource(one + "/" + sub.name(), sub));
    }

    private void subresource(String path, Subresource sub) {
        GroupVersionKind body = sub.kind();
        if (sub instanceof Subresource.Connect) {
            if (sub.verbs().contains("get")) {
                operation(path, "get", "connect", body, null, List.of(), List.of());
            }
            return;
        }
        if (sub.verbs().contains("create")) {
            operation(path, "post", "post", body, body, WRITE, List.of(body));
        }
        changes(path, sub.verbs(), body, body);
    }

    private void changes(String path, Set<String> verbs, GroupVersionKind about, GroupVersionKind body) {
        if (verbs.contains("get") && !path.endsWith("{name}")) {
            operation(path, "get", "get", about, body, List.of(), List.of());
        }
        if (verbs.contains("update")) {
            operation(path, "put", "put", about, body, WRITE, List.of(body));
        }
        if (verbs.contains("patch")) {
            operation(path, "patch", "patch", about, body, patches(), List.of());
        }
    }

    private static List<String> patches() {
        return List.of("dryRun", "fieldManager", "fieldValidation", "force");
    }

    private static List<String> deletes(List<String> more) {
        Set<String> all = new java.util.TreeSet<>(more);
        all.removeAll(Set.of("watch", "allowWatchBookmarks"));
        all.addAll(List.of("dryRun", "gracePeriodSeconds", "orphanDependents", "propagationPolicy"));
        return List.copyOf(all);
    }

    private void operation(
            String path,
            String method,
            String action,
            GroupVersionKind about,
            @org.jspecify.annotations.Nullable GroupVersionKind answer,
            List<String> parameters,
            List<GroupVersionKind> body) {
        JsonObjectBuilder operation = JsonTrees.object()
                .add("operationId", operationId(method, path))
                .add("parameters", queryParameters(parameters));
        if (action.equals("patch")) {
            operation.add("requestBody", JsonTrees.object().add("content", patchContent()));
        }
        body.forEach(kind -> operation.add("requestBody", JsonTrees.object().add("content", content(kind, "*/*"))));
        JsonObjectBuilder ok = JsonTrees.object().add("description", "OK");
        if (answer != null) {
            ok.add("content", content(answer, "application/json"));
        }
        operation
                .add("responses", JsonTrees.object().add("200", ok))
                .add("x-kubernetes-action", action)
                .add("x-kubernetes-group-version-kind", SchemaComponents.kind(about));
        paths.computeIfAbsent(path, this::pathItem).add(method, operation);
    }

    private JsonObjectBuilder pathItem(String path) {
        JsonArrayBuilder parameters = JsonTrees.array();
        for (String name : List.of("name", "namespace")) {
            if (path.contains("{" + name + "}")) {
                parameters.add(parameter(name, "path").add("required", true));
            }
        }
        return JsonTrees.object().add("parameters", parameters.add(parameter("pretty", "query")));
    }

    private static JsonArrayBuilder queryParameters(List<String> names) {
        JsonArrayBuilder parameters = JsonTrees.array();
        names.forEach(name -> parameters.add(parameter(name, "query")));
        return parameters;
    }

    private static JsonObjectBuilder parameter(String name, String in) {
        String type = FLAGS.contains(name) ? "boolean" : NUMBERS.contains(name) ? "integer" : "string";
        return JsonTrees.object()
                .add("name", name)
                .add("in", in)
                .add("schema", JsonTrees.object().add("type", type).add("uniqueItems", true));
    }

    private JsonObjectBuilder content(GroupVersionKind kind, String mediaType) {
        used.add(kind);
        JsonObjectBuilder schema = JsonTrees.object();
        catalog.byKind(kind).ifPresent(type -> schema.add("$ref", SchemaComponents.reference(type.name())));
        return JsonTrees.object().add(mediaType, JsonTrees.object().add("schema", schema));
    }

    private JsonObjectBuilder patchContent() {
        JsonObjectBuilder content = JsonTrees.object();
        JsonObjectBuilder schema = JsonTrees.object();
        catalog.byName("io.k8s.apimachinery.pkg.apis.meta.v1.Patch")
                .ifPresent(type -> schema.add("$ref", SchemaComponents.reference(type.name())));
        JsonObject patch = schema.build();
        PATCHES.forEach(type -> content.add(type, JsonTrees.object().add("schema", patch)));
        return content;
    }

    /** Unique within the document, made of the method and the path. */
    private static String operationId(String method, String path) {
        StringBuilder id = new StringBuilder(method);
        for (String step : path.split("[^A-Za-z0-9]+")) {
            if (!step.isEmpty()) {
                id.append(Character.toUpperCase(step.charAt(0))).append(step.substring(1));
            }
        }
        return id.toString();
    }
}
