package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import org.jspecify.annotations.Nullable;

/** Opens watches; see {@code apiserver.watch}. */
public interface Watches {
    /**
     * @param namespace only this namespace; {@code null} for all, {@code ""} for cluster-scoped resources
     * @throws io.coxswain.meta.ApiException if the parameters or selectors are wrong
     */
    ApiResponse open(ApiRequest request, RegisteredResource resource, @Nullable String namespace);
}
