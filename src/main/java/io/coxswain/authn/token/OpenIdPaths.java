package io.coxswain.authn.token;

import io.coxswain.apiserver.PathHandler;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.meta.ApiException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Serves the documents of {@link OpenIdDiscovery}; who may read them is RBAC's matter. */
@ApplicationScoped
public class OpenIdPaths implements PathHandler {
    /** As upstream: verifiers may keep the documents for an hour. */
    private static final Map<String, String> CACHED = Map.of("Cache-Control", "public, max-age=3600");

    private final OpenIdDiscovery discovery;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected OpenIdPaths() {
        this.discovery = null;
    }

    @Inject
    public OpenIdPaths(OpenIdDiscovery discovery) {
        this.discovery = discovery;
    }

    @Override
    public boolean serves(String path) {
        return path.equals(OpenIdDiscovery.CONFIGURATION_PATH) || path.equals(OpenIdDiscovery.KEYS_PATH);
    }

    @Override
    public ApiResponse handle(ApiRequest request) {
        if (!request.info().verb().equals("get")) {
            throw ApiException.of(405, "MethodNotAllowed", "the server only answers GET on this path", null);
        }
        return request.info().path().equals(OpenIdDiscovery.KEYS_PATH)
                ? answer(OpenIdDiscovery.KEYS_TYPE, discovery.keys())
                : answer("application/json", discovery.configuration());
    }

    private static ApiResponse answer(String type, JsonObject document) {
        return new ApiResponse.RawResponse(
                200, type, document.toString().getBytes(StandardCharsets.UTF_8), CACHED, List.of());
    }
}
