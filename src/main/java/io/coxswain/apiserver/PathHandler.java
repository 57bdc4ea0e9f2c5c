package io.coxswain.apiserver;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;

/** Serves paths that are no resources: discovery, OpenAPI, version, health, keys, metrics. One CDI bean each; authorization has been done. */
public interface PathHandler {
    /** Whether the path is this handler's. Must be quick. */
    boolean serves(String path);

    /** @throws io.coxswain.meta.ApiException for every failure */
    ApiResponse handle(ApiRequest request);
}
