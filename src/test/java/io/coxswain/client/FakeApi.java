package io.coxswain.client;

import io.coxswain.apiserver.ApiService;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.EventStream;
import io.coxswain.apiserver.request.RequestBody;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ApiObject;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.selector.LabelSelector;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An API server in memory, for the unit tests of loops: objects, versions, generations, finalizers, graceful deletion,
 * status, binding and finalize subresources, patches, selectors, watches. Defaulting, admission and access rights are not
 * its business. Runs in the test's thread.
 */
public final class FakeApi implements ApiService {
    private static final JsonProvider JSON = JsonProvider.provider();

    /** What is served. */
    public static final List<ResourceType<?>> SERVED = List.of(
            ResourceTypes.NAMESPACES,
            ResourceTypes.NODES,
            ResourceTypes.PODS,
            ResourceTypes.SERVICES,
            ResourceTypes.ENDPOINTS,
            ResourceTypes.CONFIG_MAPS,
            ResourceTypes.SECRETS,
            ResourceTypes.SERVICE_ACCOUNTS,
            ResourceTypes.EVENTS,
            ResourceTypes.RESOURCE_QUOTAS,
            ResourceTypes.LIMIT_RANGES,
            ResourceTypes.DEPLOYMENTS,
            ResourceTypes.REPLICA_SETS,
            ResourceTypes.REPLICATION_CONTROLLERS,
            ResourceTypes.PERSISTENT_VOLUMES,
            ResourceTypes.PERSISTENT_VOLUME_CLAIMS,
            ResourceTypes.STATEFUL_SETS,
            ResourceTypes.DAEMON_SETS,
            ResourceTypes.CONTROLLER_REVISIONS,
            ResourceTypes.JOBS,
            ResourceTypes.CRON_JOBS,
            ResourceTypes.POD_DISRUPTION_BUDGETS,
            ResourceTypes.HORIZONTAL_POD_AUTOSCALERS,
            ResourceTypes.CERTIFICATE_SIGNING_REQUESTS,
            ResourceTypes.LEASES,
            ResourceTypes.ENDPOINT_SLICES,
            ResourceTypes.SERVICE_CIDRS,
            ResourceTypes.IP_ADDRESSES,
            ResourceTypes.VOLUME_ATTACHMENTS,
            ResourceTypes.CSI_NODES,
            ResourceTypes.CSI_DRIVERS,
            ResourceTypes.CSI_STORAGE_CAPACITIES,
            ResourceType.cluster("flowcontrol.apiserver.k8s.io", "v1", "flowschemas", "FlowSchema", JsonObject.class),
            ResourceType.cluster(
                    "flowcontrol.apiserver.k8s.io",
                    "v1",
                    "prioritylevelconfigurations",
                    "PriorityLevelConfiguration",
                    JsonObject.class),
            ResourceTypes.ROLES,
            ResourceTypes.ROLE_BINDINGS,
            ResourceTypes.CLUSTER_ROLES,
            ResourceTypes.CLUSTER_ROLE_BINDINGS,
            ResourceType.cluster("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", JsonObject.class),
            ResourceTypes.STORAGE_CLASSES,
            ResourceType.cluster("networking.k8s.io", "v1", "ingressclasses", "IngressClass", JsonObject.class),
            ResourceType.cluster("node.k8s.io", "v1", "runtimeclasses", "RuntimeClass", JsonObject.class));

    private static final List<String> WITH_STATUS = List.of(
            "namespaces",
            "nodes",
            "pods",
            "services",
            "persistentvolumes",
            "persistentvolumeclaims",
            "volumeattachments",
            "servicecidrs",
            "flowschemas",
            "resourcequotas",
            "deployments",
            "replicasets",
            "replicationcontrollers",
            "statefulsets",
            "daemonsets",
            "jobs",
            "cronjobs",
            "horizontalpodautoscalers",
            "certificatesigningrequests",
            "poddisruptionbudgets");
    private static final List<String> WITH_GENERATION = List.of(
            "deployments",
            "replicasets",
            "endpointslices",
            "replicationcontrollers",
            "statefulsets",
            "daemonsets",
            "jobs",
            "cronjobs",
            "poddisruptionbudgets");

    private final Clock clock;
    private final TreeMap<String, JsonObject> objects = new TreeMap<>();
    private final List<Logged> log = new ArrayList<>();
    private final List<Stream> streams = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();
    private final Map<String, UnaryOperator<JsonObject>> onCreate = new LinkedHashMap<>();
    private Function<ApiRequest, @Nullable ApiException> failure = request -> null;
    private Function<ApiRequest, Optional<JsonObject>> extensions = request -> Optional.empty();
    private long revision = 100;
    private long compacted;
    private int uids;

    public FakeApi(Clock clock) {
        this.clock = clock;
    }

    private record Logged(
            long revision,
            String type,
            String resource,
            JsonObject object,
            @Nullable JsonObject old) {}

    /** Makes requests fail while the function answers with an error. */
    public void failWhen(Function<ApiRequest, @Nullable ApiException> decision) {
        failure = decision;
    }

    /** Answers requests as servers do that extend this one: what they are answered with, or empty if they are not the extension's. */
    public void extend(Function<ApiRequest, Optional<JsonObject>> extension) {
        extensions = extension;
    }

    /** Changes what is created, as admission or defaulting would; {@code plural} such as {@code pods}. */
    public void onCreate(String plural, UnaryOperator<JsonObject> change) {
        onCreate.put(plural, change);
    }

    /** Writes so far, such as {@code create pods /api/v1/namespaces/x/pods}. Reads are left out. */
    public List<String> writes() {
        return requests.stream()
                .filter(line -> !line.matches("(get|list|watch) .*"))
                .toList();
    }

    public long countWrites(String verb, String resource) {
        return requests.stream()
                .filter(line -> line.startsWith(verb + " " + resource + " "))
                .count();
    }

    public void forgetRequests() {
        requests.clear();
    }

    /** History ends here: a watch from an older version gets 410, open watches are closed. */
    public void compact() {
        compacted = revision;
        log.clear();
        List.copyOf(streams).forEach(Stream::close);
    }

    /** Stores an object as it is, status included, and returns it with its version. */
    public <T> T put(ResourceType<T> type, T object) {
        JsonObject tree = ObjectCodec.tree(object);
        ObjectView view = new ObjectView(tree);
        String path = path(type.gvr().resource(), view.namespace(), view.name());
        JsonObject known = objects.get(path);
        JsonObjectBuilder meta = JSON.createObjectBuilder(tree.getJsonObject("metadata"));
        if (view.uid().isEmpty()) {
            meta.add("uid", known == null ? "uid-" + ++uids : new ObjectView(known).uid());
        }
        if (view.text("metadata", "creationTimestamp").isEmpty()) {
            meta.add("creationTimestamp", now());
        }
        JsonObject stored = JSON.createObjectBuilder(tree)
                .add("apiVersion", type.gvr().groupVersion())
                .add("kind", type.kind())
                .add("metadata", meta)
                .build();
        return ObjectCodec.read(store(type.gvr().resource(), path, stored), type.type());
    }

    public <T> T get(ResourceType<T> type, String namespace, String name) {
        JsonObject found = objects.get(path(type.gvr().resource(), namespace, name));
        if (found == null) {
            throw new AssertionError("no " + type.kind() + " " + namespace + "/" + name);
        }
        return ObjectCodec.read(found, type.type());
    }

    public boolean exists(ResourceType<?> type, String namespace, String name) {
        return objects.containsKey(path(type.gvr().resource(), namespace, name));
    }

    public <T> List<T> list(ResourceType<T> type, String namespace) {
        return within(type.gvr().resource(), namespace)
                .map(object -> ObjectCodec.read(object, type.type()))
                .toList();
    }

    /** Removes an object, finalizers or not. */
    public void remove(ResourceType<?> type, String namespace, String name) {
        removeObject(type.gvr().resource(), path(type.gvr().resource(), namespace, name));
    }

    /** A client of this server. */
    public ApiClient client(Timers timers) {
        return clients(timers).as(UserInfo.of("test"), "test");
    }

    public ApiClients clients(Timers timers) {
        return new InProcessApiClients(this, timers::now);
    }

    @Override
    public ApiResponse handle(ApiRequest request) {
        RequestInfo info = request.info();
        requests.add(info.verb() + " " + info.resource()
                + (info.subresource().isEmpty() ? "" : "/" + info.subresource()) + " " + info.path());
        ApiException failed = failure.apply(request);
        if (failed != null) {
            throw failed;
        }
        if (!info.isResource()) {
            return raw(discovery(info.path()));
        }
        Optional<JsonObject> extension = extensions.apply(request);
        if (extension.isPresent()) {
            return info.verb().equals("list") ? list(info, extension.get()) : object(200, extension.get());
        }
        if (SERVED.stream().noneMatch(type -> type.gvr().equals(info.gvr()))) {
            throw ApiException.pathNotFound();
        }
        return switch (info.verb()) {
            case "get" -> object(200, info.subresource().equals("scale") ? scale(find(info)) : find(info));
            case "list" -> list(request);
            case "watch" -> watch(request);
            case "create" -> info.subresource().isEmpty() ? create(request) : createSubresource(request);
            case "update" ->
                info.subresource().equals("scale")
                        ? object(200, scale(update(info, scaled(find(info), body(request)))))
                        : object(200, update(info, body(request)));
            case "patch" -> object(200, update(info, patched(request)));
            case "delete" -> object(200, delete(info, body(request)));
            case "deletecollection" -> deleteCollection(request);
            default -> throw ApiException.methodNotSupported(info.groupResource(), info.verb());
        };
    }

    private static JsonObject scale(JsonObject object) {
        ObjectView view = new ObjectView(object);
        JsonObjectBuilder status = JSON.createObjectBuilder()
                .add("replicas", view.number("status", "replicas").orElse(0L));
        JsonObject selector = view.object("spec", "selector");
        String text = LabelSelector.of(selector).toString();
        if (!text.isEmpty()) {
            status.add("selector", text);
        }
        return JSON.createObjectBuilder()
                .add("metadata", object.get("metadata"))
                .add(
                        "spec",
                        JSON.createObjectBuilder()
                                .add("replicas", view.number("spec", "replicas").orElse(1L)))
                .add("status", status)
                .build();
    }

    private static JsonObject scaled(JsonObject object, JsonObject scale) {
        return JSON.createObjectBuilder(object)
                .add("metadata", scale.get("metadata"))
                .add(
                        "spec",
                        JSON.createObjectBuilder(object.getJsonObject("spec"))
                                .add("replicas", scale.getJsonObject("spec").getInt("replicas")))
                .build();
    }

    private ApiResponse create(ApiRequest request) {
        RequestInfo info = request.info();
        JsonObject body =
                onCreate.getOrDefault(info.resource(), object -> object).apply(body(request));
        ObjectView view = new ObjectView(body);
        String name = view.name().isEmpty()
                ? view.text("metadata", "generateName") + String.format("%05d", ++uids)
                : view.name();
        String path = path(info.resource(), info.namespace(), name);
        if (objects.containsKey(path)) {
            throw ApiException.alreadyExists(info.groupResource(), name);
        }
        checkNamespace(info);
        JsonObjectBuilder meta = JSON.createObjectBuilder(view.object("metadata"))
                .add("name", name)
                .add("uid", "uid-" + ++uids)
                .add("creationTimestamp", now());
        if (!info.namespace().isEmpty()) {
            meta.add("namespace", info.namespace());
        }
        if (WITH_GENERATION.contains(info.resource())) {
            meta.add("generation", 1);
        }
        JsonObjectBuilder stored = JSON.createObjectBuilder(body)
                .add("apiVersion", info.gvr().groupVersion())
                .add("kind", kind(info.resource()))
                .add("metadata", meta);
        if (WITH_STATUS.contains(info.resource())) {
            stored.remove("status");
        }
        if (info.resource().equals("pods")) {
            stored.add("status", JSON.createObjectBuilder().add("phase", "Pending"));
        }
        return object(201, store(info.resource(), path, stored.build()));
    }

    private void checkNamespace(RequestInfo info) {
        JsonObject namespace = objects.get(path("namespaces", "", info.namespace()));
        if (namespace != null && new ObjectView(namespace).isBeingDeleted()) {
            throw ApiException.forbidden(
                    info.groupResource(),
                    "",
                    "unable to create new content in namespace " + info.namespace()
                            + " because it is being terminated");
        }
    }

    private ApiResponse createSubresource(ApiRequest request) {
        RequestInfo info = request.info();
        if (!info.subresource().equals("binding")) {
            throw ApiException.pathNotFound();
        }
        ObjectView pod = new ObjectView(find(info));
        if (!pod.text("spec", "nodeName").isEmpty()) {
            throw ApiException.conflict(
                    info.groupResource(),
                    info.name(),
                    "pod " + info.name() + " is already assigned to node \"" + pod.text("spec", "nodeName") + "\"");
        }
        String node = new ObjectView(body(request)).text("target", "name");
        JsonArrayBuilder conditions = JSON.createArrayBuilder();
        pod.items("status", "conditions").stream()
                .filter(condition -> !condition.text("type").equals("PodScheduled"))
                .forEach(condition -> conditions.add(condition.json()));
        conditions.add(JSON.createObjectBuilder()
                .add("type", "PodScheduled")
                .add("status", "True")
                .add("lastTransitionTime", now()));
        JsonObject bound = JSON.createObjectBuilder(pod.json())
                .add("spec", JSON.createObjectBuilder(pod.object("spec")).add("nodeName", node))
                .add("status", JSON.createObjectBuilder(pod.object("status")).add("conditions", conditions))
                .build();
        store("pods", path(info.resource(), info.namespace(), info.name()), bound);
        return object(
                201,
                JSON.createObjectBuilder()
                        .add("kind", "Status")
                        .add("apiVersion", "v1")
                        .add("status", "Success")
                        .build());
    }

    private JsonObject update(RequestInfo info, JsonObject body) {
        String path = path(info.resource(), info.namespace(), info.name());
        JsonObject old = find(info);
        ObjectView oldView = new ObjectView(old);
        ObjectView view = new ObjectView(body);
        if (!view.resourceVersion().isEmpty() && !view.resourceVersion().equals(oldView.resourceVersion())) {
            throw ApiException.modified(info.groupResource(), info.name());
        }
        if (!view.uid().isEmpty() && !view.uid().equals(oldView.uid())) {
            throw ApiException.conflict(info.groupResource(), info.name(), "Precondition failed: UID in precondition");
        }
        JsonObject merged = mergeBySubresource(info, view, oldView);
        if (isFinished(info, new ObjectView(merged))) {
            removeObject(info.resource(), path);
            return merged;
        }
        return sameButVersion(merged, old) ? old : store(info.resource(), path, merged);
    }

    private JsonObject mergeBySubresource(RequestInfo info, ObjectView now, ObjectView old) {
        if (info.subresource().equals("status") || info.subresource().equals("approval")) {
            return JSON.createObjectBuilder(old.json())
                    .add("metadata", metadata(now, old, old.generation()))
                    .add("status", now.object("status"))
                    .build();
        }
        if (info.subresource().equals("finalize")) {
            return JSON.createObjectBuilder(old.json())
                    .add("spec", now.object("spec"))
                    .build();
        }
        boolean specChanged = !withoutMetaAndStatus(now.json()).equals(withoutMetaAndStatus(old.json()));
        long generation = old.generation() + (specChanged && old.generation() > 0 ? 1 : 0);
        JsonObjectBuilder merged = JSON.createObjectBuilder(now.json()).add("metadata", metadata(now, old, generation));
        if (WITH_STATUS.contains(info.resource())) {
            merged.remove("status");
            old.at("status").ifPresent(status -> merged.add("status", status));
        }
        return merged.build();
    }

    private static JsonObject metadata(ObjectView now, ObjectView old, long generation) {
        JsonObjectBuilder meta = JSON.createObjectBuilder(now.object("metadata"));
        for (String fixed : List.of("uid", "creationTimestamp", "resourceVersion", "deletionTimestamp", "namespace")) {
            old.at("metadata", fixed).ifPresent(value -> meta.add(fixed, value));
        }
        return generation > 0 ? meta.add("generation", generation).build() : meta.build();
    }

    private static JsonObject withoutMetaAndStatus(JsonObject object) {
        return JSON.createObjectBuilder(object)
                .remove("metadata")
                .remove("status")
                .build();
    }

    private static boolean sameButVersion(JsonObject a, JsonObject b) {
        return a.equals(b);
    }

    private static boolean isFinished(RequestInfo info, ObjectView object) {
        boolean held = info.resource().equals("namespaces")
                && !object.array("spec", "finalizers").isEmpty();
        boolean graceful = info.resource().equals("pods")
                && object.number("metadata", "deletionGracePeriodSeconds").orElse(0L) > 0;
        return object.isBeingDeleted() && object.finalizers().isEmpty() && !held && !graceful;
    }

    private JsonObject delete(RequestInfo info, JsonObject options) {
        String path = path(info.resource(), info.namespace(), info.name());
        ObjectView old = new ObjectView(find(info));
        ObjectView wanted = new ObjectView(options);
        String uid = wanted.text("preconditions", "uid");
        String version = wanted.text("preconditions", "resourceVersion");
        if (!uid.isEmpty() && !uid.equals(old.uid())) {
            throw ApiException.conflict(
                    info.groupResource(), info.name(), "Precondition failed: UID in precondition: " + uid);
        }
        if (!version.isEmpty() && !version.equals(old.resourceVersion())) {
            throw ApiException.conflict(
                    info.groupResource(), info.name(), "Precondition failed: ResourceVersion in precondition");
        }
        List<String> finalizers = new ArrayList<>(old.finalizers());
        switch (wanted.text("propagationPolicy")) {
            case "Foreground" -> addOnce(finalizers, "foregroundDeletion");
            case "Orphan" -> addOnce(finalizers, "orphan");
            default -> {}
        }
        long grace = grace(info, old, wanted);
        boolean namespace = info.resource().equals("namespaces")
                && !old.array("spec", "finalizers").isEmpty();
        if (finalizers.isEmpty() && grace == 0 && !namespace) {
            removeObject(info.resource(), path);
            return old.json();
        }
        JsonObjectBuilder meta = JSON.createObjectBuilder(old.object("metadata"))
                .add("deletionTimestamp", old.isBeingDeleted() ? old.text("metadata", "deletionTimestamp") : now())
                .add("deletionGracePeriodSeconds", grace);
        if (!finalizers.isEmpty()) {
            meta.add("finalizers", JSON.createArrayBuilder(finalizers));
        }
        JsonObjectBuilder deleted = JSON.createObjectBuilder(old.json()).add("metadata", meta);
        if (namespace) {
            deleted.add("status", JSON.createObjectBuilder(old.object("status")).add("phase", "Terminating"));
        }
        return store(info.resource(), path, deleted.build());
    }

    private static long grace(RequestInfo info, ObjectView old, ObjectView options) {
        boolean running = info.resource().equals("pods")
                && !old.text("spec", "nodeName").isEmpty()
                && !List.of("Succeeded", "Failed").contains(old.text("status", "phase"));
        long asked = options.number("gracePeriodSeconds").orElse(30L);
        return running ? asked : 0;
    }

    private static void addOnce(List<String> list, String item) {
        if (!list.contains(item)) {
            list.add(item);
        }
    }

    private ApiResponse deleteCollection(ApiRequest request) {
        RequestInfo info = request.info();
        Predicate<JsonObject> chosen = selector(request);
        List<JsonObject> victims =
                within(info.resource(), info.namespace()).filter(chosen).toList();
        for (JsonObject victim : victims) {
            ObjectView view = new ObjectView(victim);
            delete(
                    RequestInfo.resource("delete", info.gvr(), view.namespace(), view.name(), ""),
                    request.body() == RequestBody.NONE ? JsonValue.EMPTY_JSON_OBJECT : body(request));
        }
        // As the server does, with what was deleted.
        return listed(info, victims.stream().map(FakeApi::apiObject).collect(Collectors.toCollection(ArrayList::new)));
    }

    private JsonObject patched(ApiRequest request) {
        JsonObject old = find(request.info());
        JsonValue patch = ((RequestBody.Tree) request.body()).value();
        if (request.contentType().startsWith("application/json-patch")) {
            try {
                return JSON.createPatch(patch.asJsonArray()).apply(old);
            } catch (jakarta.json.JsonException e) {
                throw ApiException.of(422, "Invalid", String.valueOf(e.getMessage()), null);
            }
        }
        return request.contentType().startsWith("application/merge-patch")
                ? JSON.createMergePatch(patch).apply(old).asJsonObject()
                : StrategicPatch.apply(old, patch.asJsonObject());
    }

    private ApiResponse list(ApiRequest request) {
        RequestInfo info = request.info();
        List<ApiObject> items = within(info.resource(), info.namespace())
                .filter(selector(request))
                .map(FakeApi::apiObject)
                .collect(Collectors.toCollection(ArrayList::new));
        return listed(info, items);
    }

    private ApiResponse listed(RequestInfo info, List<ApiObject> items) {
        return new ApiResponse.ListResponse(
                info.gvr().groupVersion(),
                kind(info.resource()) + "List",
                Long.toString(revision),
                "",
                -1,
                items.iterator(),
                List.of());
    }

    private static ApiResponse list(RequestInfo info, JsonObject list) {
        return new ApiResponse.ListResponse(
                info.gvr().groupVersion(),
                list.getString("kind", "List"),
                "",
                "",
                -1,
                new ObjectView(list)
                        .items("items").stream()
                                .map(ObjectView::json)
                                .map(FakeApi::apiObject)
                                .iterator(),
                List.of());
    }

    private ApiResponse watch(ApiRequest request) {
        String from = request.parameter("resourceVersion").orElse("");
        long start = from.isEmpty() ? revision : Long.parseLong(from);
        if (start < compacted) {
            throw ApiException.expired("too old resource version: " + start + " (" + compacted + ")");
        }
        Stream stream = new Stream(request.info(), selector(request));
        log.stream().filter(entry -> entry.revision() > start).forEach(stream::offer);
        streams.add(stream);
        return new ApiResponse.WatchResponse(stream, List.of());
    }

    private JsonObject store(String resource, String path, JsonObject object) {
        String version = Long.toString(++revision);
        JsonObject stored = JSON.createObjectBuilder(object)
                .add(
                        "metadata",
                        JSON.createObjectBuilder(object.getJsonObject("metadata"))
                                .add("resourceVersion", version))
                .build();
        JsonObject old = objects.put(path, stored);
        publish(new Logged(revision, old == null ? "ADDED" : "MODIFIED", resource, stored, old));
        return stored;
    }

    private void removeObject(String resource, String path) {
        JsonObject old = objects.remove(path);
        if (old != null) {
            String version = Long.toString(++revision);
            JsonObject last = JSON.createObjectBuilder(old)
                    .add(
                            "metadata",
                            JSON.createObjectBuilder(old.getJsonObject("metadata"))
                                    .add("resourceVersion", version))
                    .build();
            publish(new Logged(revision, "DELETED", resource, last, old));
        }
    }

    private void publish(Logged entry) {
        log.add(entry);
        List.copyOf(streams).forEach(stream -> stream.offer(entry));
    }

    private JsonObject find(RequestInfo info) {
        JsonObject found = objects.get(path(info.resource(), info.namespace(), info.name()));
        if (found == null) {
            throw ApiException.notFound(info.groupResource(), info.name());
        }
        return found;
    }

    private java.util.stream.Stream<JsonObject> within(String resource, String namespace) {
        String prefix = namespace.isEmpty() ? resource + "|" : resource + "|" + namespace + "|";
        return List.copyOf(objects.subMap(prefix, prefix + Character.MAX_VALUE).values()).stream();
    }

    private static Predicate<JsonObject> selector(ApiRequest request) {
        String labels = request.parameter("labelSelector").orElse("");
        String fields = request.parameter("fieldSelector").orElse("");
        return object -> {
            ObjectView view = new ObjectView(object);
            return matchesLabels(labels, view.labels()) && matchesFields(fields, view);
        };
    }

    private static boolean matchesLabels(String selector, Map<String, String> labels) {
        for (String part : selector.isEmpty() ? new String[0] : selector.split(",")) {
            String[] sides = part.split("=", 2);
            if (sides.length == 2 ? !sides[1].equals(labels.get(sides[0])) : !labels.containsKey(part)) {
                return false;
            }
        }
        return true;
    }

    private static boolean matchesFields(String selector, ObjectView object) {
        for (String part : selector.isEmpty() ? new String[0] : selector.split(",")) {
            boolean negated = part.contains("!=");
            String[] sides = part.split(negated ? "!=" : "=", 2);
            if (object.text(sides[0].split("\\.")).equals(sides[1]) == negated) {
                return false;
            }
        }
        return true;
    }

    private static JsonObject body(ApiRequest request) {
        return ((RequestBody.Tree) request.body()).value().asJsonObject();
    }

    private static String path(String resource, String namespace, String name) {
        return resource + "|" + namespace + "|" + name;
    }

    private static String kind(String resource) {
        return SERVED.stream()
                .filter(type -> type.gvr().resource().equals(resource))
                .map(ResourceType::kind)
                .findFirst()
                .orElseThrow(() -> ApiException.notFound(new GroupResource("", resource), resource));
    }

    private String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static ApiResponse object(int code, JsonObject tree) {
        return new ApiResponse.ObjectResponse(code, apiObject(tree), List.of());
    }

    private static ApiResponse raw(JsonObject document) {
        return new ApiResponse.RawResponse(
                200, "application/json", document.toString().getBytes(StandardCharsets.UTF_8), Map.of(), List.of());
    }

    private static ApiObject apiObject(JsonObject tree) {
        return new ApiObject() {
            @Override
            public JsonObject tree() {
                return tree;
            }

            @Override
            public byte[] json() {
                return tree.toString().getBytes(StandardCharsets.UTF_8);
            }
        };
    }

    private static JsonObject discovery(String path) {
        if (path.equals("/api")) {
            return JSON.createObjectBuilder()
                    .add("versions", JSON.createArrayBuilder().add("v1"))
                    .build();
        }
        if (path.equals("/apis")) {
            JsonArrayBuilder groups = JSON.createArrayBuilder();
            SERVED.stream()
                    .map(ResourceType::gvr)
                    .filter(gvr -> !gvr.group().isEmpty())
                    .collect(Collectors.toMap(
                            gvr -> gvr.group(), gvr -> gvr.version(), (first, next) -> first, TreeMap::new))
                    .forEach((group, version) -> groups.add(JSON.createObjectBuilder()
                            .add("name", group)
                            .add("preferredVersion", JSON.createObjectBuilder().add("version", version))));
            return JSON.createObjectBuilder().add("groups", groups).build();
        }
        JsonArrayBuilder resources = JSON.createArrayBuilder();
        SERVED.stream()
                .filter(type -> type.gvr().pathPrefix().equals(path))
                .forEach(type -> resources
                        .add(JSON.createObjectBuilder()
                                .add("name", type.gvr().resource())
                                .add("kind", type.kind())
                                .add("namespaced", type.namespaced())
                                .add("verbs", verbs()))
                        .add(JSON.createObjectBuilder()
                                .add("name", type.gvr().resource() + "/status")
                                .add("kind", type.kind())));
        return JSON.createObjectBuilder().add("resources", resources).build();
    }

    private static JsonArray verbs() {
        JsonArrayBuilder verbs = JSON.createArrayBuilder();
        List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
                .forEach(verbs::add);
        return verbs.build();
    }

    /** One watch. */
    private final class Stream implements EventStream {
        private final RequestInfo info;
        private final Predicate<JsonObject> selector;
        private final Deque<Event> waiting = new ArrayDeque<>();
        private Optional<Runnable> listener = Optional.empty();
        private boolean closed;

        Stream(RequestInfo info, Predicate<JsonObject> selector) {
            this.info = info;
            this.selector = selector;
        }

        void offer(Logged entry) {
            JsonString namespace = entry.object().getJsonObject("metadata").getJsonString("namespace");
            boolean inScope = entry.resource().equals(info.resource())
                    && (info.namespace().isEmpty()
                            || (namespace != null && namespace.getString().equals(info.namespace())));
            if (!inScope) {
                return;
            }
            boolean now = !entry.type().equals("DELETED") && selector.test(entry.object());
            boolean before = entry.old() != null && selector.test(entry.old());
            if (now) {
                add(before ? "MODIFIED" : "ADDED", entry.object());
            } else if (before) {
                add("DELETED", entry.object());
            }
        }

        private void add(String type, JsonObject object) {
            waiting.add(new Event(type, apiObject(object)));
            listener.ifPresent(Runnable::run);
        }

        @Override
        public @Nullable Event poll() {
            return waiting.poll();
        }

        @Override
        public boolean isClosed() {
            return closed;
        }

        @Override
        public void onReady(Runnable ready) {
            listener = Optional.of(ready);
        }

        @Override
        public void close() {
            closed = true;
            streams.remove(this);
            listener.ifPresent(Runnable::run);
        }
    }
}
