package io.coxswain.client;

import io.coxswain.apiserver.request.ByteSource;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupVersionResource;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.Status;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The client over a transport. */
final class TransportClient implements ApiClient {
    private static final String JSON = "application/json";

    private final Transport transport;

    TransportClient(Transport transport) {
        this.transport = transport;
    }

    @Override
    public <T> ResourceClient<T> resource(ResourceType<T> type) {
        return new Resource<>(type);
    }

    @Override
    public List<ServedResource> resources() {
        List<ServedResource> served = new ArrayList<>();
        new ObjectView(transport.document("/api"))
                .strings("versions")
                .forEach(version -> addResources(served, "", version, "/api/" + version));
        for (ObjectView group : new ObjectView(transport.document("/apis")).items("groups")) {
            String version = group.text("preferredVersion", "version");
            addResources(served, group.text("name"), version, "/apis/" + group.text("name") + "/" + version);
        }
        return List.copyOf(served);
    }

    private void addResources(List<ServedResource> served, String group, String version, String path) {
        for (ObjectView resource : new ObjectView(transport.document(path)).items("resources")) {
            String name = resource.text("name");
            if (name.indexOf('/') < 0) {
                Set<String> verbs = new TreeSet<>(resource.strings("verbs"));
                served.add(new ServedResource(
                        new GroupVersionResource(group, version, name),
                        resource.text("kind"),
                        resource.flag("namespaced").orElse(false),
                        Set.copyOf(verbs),
                        resource.strings("shortNames")));
            }
        }
    }

    private final class Resource<T> implements ResourceClient<T> {
        private final ResourceType<T> type;

        Resource(ResourceType<T> type) {
            this.type = type;
        }

        @Override
        public T get(String namespace, String name) {
            return transport.object(info("get", namespace, name, ""), Map.of(), "", null, type.type());
        }

        @Override
        public Optional<T> find(String namespace, String name) {
            try {
                return Optional.of(get(namespace, name));
            } catch (ApiException e) {
                Status.Details details = e.status().details();
                if (e.isNotFound() && details != null && details.name().equals(name)) {
                    return Optional.empty();
                }
                throw e;
            }
        }

        @Override
        public ObjectList<T> list(String namespace, ListOptions options) {
            return transport.list(info("list", namespace, "", ""), Parameters.of(options), type.type());
        }

        @Override
        public T create(T object, WriteOptions options) {
            String namespace = type.namespaced() ? ObjectCodec.identity(object).namespace() : "";
            return write("create", namespace, "", "", object, Parameters.of(options));
        }

        @Override
        public T update(T object, WriteOptions options) {
            ObjectCodec.Identity id = ObjectCodec.identity(object);
            return write("update", id.namespace(), id.name(), "", object, Parameters.of(options));
        }

        @Override
        public T updateStatus(T object, WriteOptions options) {
            ObjectCodec.Identity id = ObjectCodec.identity(object);
            return write("update", id.namespace(), id.name(), "status", object, Parameters.of(options));
        }

        private T write(
                String verb,
                String namespace,
                String name,
                String subresource,
                T object,
                Map<String, List<String>> query) {
            return transport.object(info(verb, namespace, name, subresource), query, JSON, object, type.type());
        }

        @Override
        public T patch(
                String namespace,
                String name,
                PatchType patchType,
                JsonValue patch,
                String subresource,
                WriteOptions options) {
            return transport.object(
                    info("patch", namespace, name, subresource),
                    Parameters.of(options),
                    patchType.mediaType(),
                    patch,
                    type.type());
        }

        @Override
        public void delete(String namespace, String name, DeleteOptions options) {
            transport.run(info("delete", namespace, name, ""), Map.of(), JSON, Parameters.body(options));
        }

        @Override
        public void deleteCollection(String namespace, ListOptions which, DeleteOptions options) {
            transport.run(
                    info("deletecollection", namespace, "", ""), Parameters.of(which), JSON, Parameters.body(options));
        }

        @Override
        public JsonObject createSubresource(String namespace, String name, String subresource, JsonObject body) {
            return subresource("create", namespace, name, subresource, body);
        }

        @Override
        public JsonObject updateSubresource(String namespace, String name, String subresource, JsonObject body) {
            return subresource("update", namespace, name, subresource, body);
        }

        @Override
        public JsonObject getSubresource(
                String namespace, String name, String subresource, Map<String, List<String>> query) {
            return transport.object(info("get", namespace, name, subresource), query, "", null, JsonObject.class);
        }

        private JsonObject subresource(
                String verb, String namespace, String name, String subresource, JsonObject body) {
            return transport.object(info(verb, namespace, name, subresource), Map.of(), JSON, body, JsonObject.class);
        }

        @Override
        public ByteSource stream(String namespace, String name, String subresource, Map<String, List<String>> query) {
            return transport.stream(info("get", namespace, name, subresource), query);
        }

        @Override
        public AutoCloseable watch(String namespace, ListOptions options, WatchListener<T> listener) {
            return transport.watch(info("watch", namespace, "", ""), Parameters.watch(options), type.type(), listener);
        }

        private RequestInfo info(String verb, String namespace, String name, String subresource) {
            return RequestInfo.resource(verb, type.gvr(), type.namespaced() ? namespace : "", name, subresource);
        }
    }
}
