package io.coxswain.client;

import io.coxswain.apiserver.request.UserInfo;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.function.Supplier;

/** Gives out {@link ReadThrough}s that read as the API server itself. Nothing starts before the first read. */
@Dependent
public class CachedReads {
    private static final UserInfo SELF = UserInfo.API_SERVER;

    private final Supplier<Informers> informers;
    private final Supplier<ApiClient> client;

    @Inject
    public CachedReads(Provider<Informers> informers, Provider<ApiClients> clients) {
        this.informers = informers::get;
        this.client = () -> clients.get().as(SELF, "kube-apiserver");
    }

    public <T> ReadThrough<T> of(ResourceType<T> type) {
        return new ReadThrough<>(type, informers, client);
    }
}
