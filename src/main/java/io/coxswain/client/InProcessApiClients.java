package io.coxswain.client;

import io.coxswain.apiserver.ApiService;
import io.coxswain.apiserver.request.UserInfo;
import java.util.concurrent.Executor;

/** Clients of the API server in this process. */
public final class InProcessApiClients implements ApiClients {
    private final ApiService api;
    private final Executor executor;

    /** @param executor runs watch listeners */
    public InProcessApiClients(ApiService api, Executor executor) {
        this.api = api;
        this.executor = executor;
    }

    @Override
    public ApiClient as(UserInfo user, String userAgent) {
        return new TransportClient(new InProcessTransport(api, user, userAgent, executor));
    }
}
