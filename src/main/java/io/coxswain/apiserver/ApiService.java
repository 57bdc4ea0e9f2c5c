package io.coxswain.apiserver;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;

/** The API server: authorization, decoding, admission and the registry behind one call. Thread-safe. */
public interface ApiService {
    /**
     * Answers a request; blocks until a write is durable.
     *
     * @throws io.coxswain.meta.ApiException for every failure a client can cause or see
     */
    ApiResponse handle(ApiRequest request);
}
