package io.coxswain.apiserver.discovery;

import io.coxswain.apiserver.PathHandler;
import io.coxswain.apiserver.registry.ResourceRegistry;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ApiResponse.ObjectResponse;
import io.coxswain.apiserver.request.TreeObject;
import io.coxswain.meta.GroupVersionResource;
import io.coxswain.meta.JsonTrees;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import java.util.List;
import java.util.TreeSet;

/** {@code /}: the paths that the API server has, as people find out with {@code kubectl get --raw /}. */
@ApplicationScoped
public class RootPath implements PathHandler {
    private static final List<String> FIXED = List.of(
            "/.well-known/openid-configuration",
            "/api",
            "/apis",
            "/healthz",
            "/livez",
            "/metrics",
            "/openapi/v2",
            "/openapi/v3",
            "/openid/v1/jwks",
            "/readyz",
            "/version");

    private ResourceRegistry registry;

    @SuppressWarnings("NullAway.Init")
    protected RootPath() {}

    @Inject
    public RootPath(ResourceRegistry registry) {
        this.registry = registry;
    }

    @Override
    public boolean serves(String path) {
        return path.equals("/");
    }

    @Override
    public ApiResponse handle(ApiRequest request) {
        TreeSet<String> paths = new TreeSet<>(FIXED);
        for (GroupVersionResource each : registry.catalog().resources().keySet()) {
            if (each.group().isEmpty()) {
                paths.add("/api/" + each.version());
            } else {
                paths.add("/apis/" + each.group());
                paths.add("/apis/" + each.group() + "/" + each.version());
            }
        }
        JsonArrayBuilder list = Json.createArrayBuilder();
        paths.forEach(list::add);
        return new ObjectResponse(
                200, new TreeObject(JsonTrees.object().add("paths", list).build()), List.of());
    }
}
