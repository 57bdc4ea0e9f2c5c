package io.coxswain.client;

import io.coxswain.apiserver.ApiService;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ByteSource;
import io.coxswain.apiserver.request.RequestBody;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.ApiException;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Calls the API server in this process: trees go in, objects come out in the form that is asked for, nothing is parsed twice. */
final class InProcessTransport implements Transport {
    private final ApiService api;
    private final UserInfo user;
    private final String userAgent;
    private final Executor executor;

    /** @param executor runs watch listeners */
    InProcessTransport(ApiService api, UserInfo user, String userAgent, Executor executor) {
        this.api = api;
        this.user = user;
        this.userAgent = userAgent;
        this.executor = executor;
    }

    @Override
    public <T> T object(
            RequestInfo info,
            Map<String, List<String>> query,
            String contentType,
            @Nullable Object body,
            Class<T> answer) {
        ApiResponse response = call(info, query, contentType, body);
        if (response instanceof ApiResponse.ObjectResponse one) {
            return ObjectCodec.read(one.object(), answer);
        }
        if (response instanceof ApiResponse.RawResponse raw) {
            return ObjectCodec.read(raw.body(), answer);
        }
        throw unexpected(info, response);
    }

    @Override
    public void run(RequestInfo info, Map<String, List<String>> query, String contentType, @Nullable Object body) {
        call(info, query, contentType, body);
    }

    @Override
    public <T> ObjectList<T> list(RequestInfo info, Map<String, List<String>> query, Class<T> item) {
        ApiResponse response = call(info, query, "", null);
        if (!(response instanceof ApiResponse.ListResponse list)) {
            throw unexpected(info, response);
        }
        List<T> items = new ArrayList<>();
        list.items().forEachRemaining(object -> items.add(ObjectCodec.read(object, item)));
        return new ObjectList<>(items, list.resourceVersion(), list.continueToken(), list.remainingItems());
    }

    @Override
    public ByteSource stream(RequestInfo info, Map<String, List<String>> query) {
        ApiResponse response = call(info, query, "", null);
        if (response instanceof ApiResponse.ByteStreamResponse stream) {
            return stream.source();
        }
        if (response instanceof ApiResponse.RawResponse raw) {
            return new FixedByteSource(raw.body());
        }
        throw unexpected(info, response);
    }

    @Override
    public <T> AutoCloseable watch(
            RequestInfo info, Map<String, List<String>> query, Class<T> type, WatchListener<T> listener) {
        ApiResponse response = call(info, query, "", null);
        if (!(response instanceof ApiResponse.WatchResponse watch)) {
            throw unexpected(info, response);
        }
        InProcessWatch<T> open = new InProcessWatch<>(watch.events(), type, listener, executor);
        open.start();
        return open;
    }

    @Override
    public JsonObject document(String path) {
        return object(
                new RequestInfo(false, "get", path, "", "", "", "", "", ""), Map.of(), "", null, JsonObject.class);
    }

    private ApiResponse call(
            RequestInfo info, Map<String, List<String>> query, String contentType, @Nullable Object body) {
        RequestBody content = body == null ? RequestBody.NONE : new RequestBody.Tree(asTree(body));
        return api.handle(new ApiRequest(
                user,
                info,
                query,
                content,
                contentType,
                "",
                userAgent,
                "",
                UUID.randomUUID().toString()));
    }

    private static ApiException unexpected(RequestInfo info, ApiResponse response) {
        return ApiException.internalError(
                info.verb() + " " + info.path() + " was answered with a "
                        + response.getClass().getSimpleName(),
                new IllegalStateException("unexpected response"));
    }
}
