package io.coxswain.apiserver;

import io.coxswain.apiserver.admission.AdmissionChain;
import io.coxswain.apiserver.admission.AdmissionPlugin;
import io.coxswain.apiserver.authz.AuthorizerChain;
import io.coxswain.apiserver.authz.MastersAuthorizer;
import io.coxswain.apiserver.registry.BuiltInTypeSchemas;
import io.coxswain.apiserver.registry.GenericRegistry;
import io.coxswain.apiserver.registry.KindDefinition;
import io.coxswain.apiserver.registry.RegisteredResource;
import io.coxswain.apiserver.registry.ResourceRegistry;
import io.coxswain.apiserver.registry.Subresource;
import io.coxswain.apiserver.representation.ResponseShaper;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.EventStream;
import io.coxswain.apiserver.request.RequestBody;
import io.coxswain.apiserver.request.RequestInfoParser;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.apiserver.watch.WatchOpener;
import io.coxswain.kinds.Trees;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.store.GroupCommitStore;
import io.coxswain.store.StoreObjects;
import io.coxswain.store.StoreSettings;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The API server from the request to the store's memory, without HTTP and users' rights, with the admission plugins
 * that a test names. Time stands still until the test moves it.
 */
public final class ApiInMemory implements AutoCloseable {
    public final StoreObjects.MovableClock clock = new StoreObjects.MovableClock();
    public final ResourceRegistry resources;

    private final GroupCommitStore store;
    private final ManualScheduler scheduler = new ManualScheduler();
    private final WatchOpener watches;
    private final GenericRegistry registry;
    private final ResponseShaper shaper;

    public ApiInMemory(KindDefinition... kinds) {
        this(List.of(kinds), List.of());
    }

    public ApiInMemory(List<KindDefinition> kinds, List<Subresource> subresources) {
        this(kinds, subresources, List.of());
    }

    public ApiInMemory(
            List<KindDefinition> kinds, List<Subresource> subresources, List<? extends AdmissionPlugin> plugins) {
        StoreSettings settings = StoreObjects.settings(Duration.ofMinutes(10), 1 << 20, 1 << 20);
        store = new GroupCommitStore(new MemoryLog(), settings, clock, Thread::new);
        store.start();
        resources = new ResourceRegistry(kinds, subresources);
        watches = new WatchOpener(store, clock, scheduler, Duration.ofMinutes(30));
        registry = new GenericRegistry(
                resources, new BuiltInTypeSchemas(), store, new AdmissionChain(plugins), everything(), watches, clock);
        shaper = new ResponseShaper(clock);
    }

    /** The API as our own loops call it. */
    public ApiService service() {
        return registry::handle;
    }

    private static AuthorizerChain everything() {
        return new AuthorizerChain(List.of(new MastersAuthorizer()));
    }

    @Override
    public void close() {
        store.stop();
    }

    /** Lets so many seconds pass; the ticker of watches notices each. */
    public void pass(Duration time) {
        for (long i = 0; i < time.toSeconds(); i++) {
            clock.move(Duration.ofSeconds(1));
            scheduler.tick();
        }
    }

    /** Drops all history that is older than ten minutes. */
    public void compact() {
        StoreObjects.get(store.compact());
    }

    public int openWatches() {
        return watches.openWatches();
    }

    /** A request as a client sends it; {@code body} is YAML, {@code ""} for none. */
    public ApiResponse call(String method, String url, String accept, String contentType, String body) {
        String[] parts = url.split("\\?", 2);
        Map<String, List<String>> query = RequestInfoParser.query(parts.length > 1 ? parts[1] : "");
        byte[] bytes =
                body.isBlank() ? new byte[0] : Trees.yaml(body).toString().getBytes(StandardCharsets.UTF_8);
        ApiRequest request = new ApiRequest(
                UserInfo.of("tester", UserInfo.GROUP_MASTERS),
                RequestInfoParser.parse(method, parts[0], query),
                query,
                bytes.length == 0 ? RequestBody.NONE : new RequestBody.Encoded(bytes),
                contentType,
                accept,
                "test",
                "127.0.0.1",
                "1");
        RegisteredResource resource = registry.resource(request.info());
        return shaper.shape(request, resource, shaper.negotiate(request, resource), registry.handle(request));
    }

    public ApiResponse call(String method, String url, String body) {
        return call(method, url, "application/json", "", body);
    }

    public JsonObject get(String url) {
        return tree(call("GET", url, ""));
    }

    public JsonObject get(String url, String accept) {
        return tree(call("GET", url, accept, "", ""));
    }

    public JsonObject post(String url, String body) {
        return tree(call("POST", url, body));
    }

    public JsonObject put(String url, String body) {
        return tree(call("PUT", url, body));
    }

    public JsonObject mergePatch(String url, String body) {
        return tree(call("PATCH", url, "application/json", "application/merge-patch+json", body));
    }

    public JsonObject delete(String url, String body) {
        return tree(call("DELETE", url, body));
    }

    /** Makes a ConfigMap with one label; its revision. */
    public String configMap(String namespace, String name, String label) {
        JsonObject made = post(
                "/api/v1/namespaces/" + namespace + "/configmaps",
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: " + name + ", labels: {l: " + label + "}}}");
        return revision(made);
    }

    public EventStream watch(String url) {
        return watch(url, "application/json");
    }

    public EventStream watch(String url, String accept) {
        return ((ApiResponse.WatchResponse) call("GET", url, accept, "", "")).events();
    }

    /** Everything that waits in a stream. */
    public static List<EventStream.Event> drain(EventStream stream) {
        List<EventStream.Event> events = new ArrayList<>();
        for (EventStream.Event event = stream.poll(); event != null; event = stream.poll()) {
            events.add(event);
        }
        return events;
    }

    /** Events as {@code ADDED a}; bookmarks and errors without a name. */
    public static List<String> texts(EventStream stream) {
        return drain(stream).stream()
                .map(event ->
                        (event.type() + " " + new ObjectView(event.object().tree()).name()).strip())
                .toList();
    }

    public static String revision(JsonObject object) {
        return new ObjectView(object).resourceVersion();
    }

    /** The names of a list's items, in its order. */
    public static List<String> names(JsonObject list) {
        JsonArray items = list.getJsonArray("items");
        return items.stream()
                .map(item -> new ObjectView(item.asJsonObject()).name())
                .toList();
    }

    /** A whole answer as clients see it. */
    public static JsonObject tree(ApiResponse response) {
        if (response instanceof ApiResponse.ObjectResponse object) {
            return object.object().tree();
        }
        if (response instanceof ApiResponse.ListResponse list) {
            JsonArrayBuilder items = JsonTrees.array();
            list.items().forEachRemaining(item -> items.add(item.tree()));
            return head(
                            list.kind(),
                            list.apiVersion(),
                            list.resourceVersion(),
                            list.continueToken(),
                            list.remainingItems())
                    .add("items", items)
                    .build();
        }
        if (response instanceof ApiResponse.TableResponse table) {
            JsonArrayBuilder rows = JsonTrees.array();
            table.rows().forEachRemaining(rows::add);
            return head(
                            "Table",
                            table.apiVersion(),
                            table.resourceVersion(),
                            table.continueToken(),
                            table.remainingItems())
                    .add("columnDefinitions", table.columnDefinitions())
                    .add("rows", rows)
                    .build();
        }
        throw new IllegalArgumentException("no plain answer: " + response);
    }

    private static JsonObjectBuilder head(
            String kind, String apiVersion, String revision, String token, long remaining) {
        JsonObjectBuilder metadata = JsonTrees.object().add("resourceVersion", revision);
        if (!token.isEmpty()) {
            metadata.add("continue", token);
        }
        if (remaining >= 0) {
            metadata.add("remainingItemCount", remaining);
        }
        return JsonTrees.object()
                .add("kind", kind)
                .add("apiVersion", apiVersion)
                .add("metadata", metadata);
    }
}
