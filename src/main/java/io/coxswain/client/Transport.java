package io.coxswain.client;

import io.coxswain.apiserver.request.ByteSource;
import io.coxswain.apiserver.request.RequestInfo;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a request reaches the API server: by a call in this process or over HTTPS. Every method throws ApiException. */
interface Transport {
    /** A request that is answered with one object. */
    <T> T object(
            RequestInfo info,
            Map<String, List<String>> query,
            String contentType,
            @Nullable Object body,
            Class<T> answer);

    /** A request whose answer says nothing that the caller does not know: done. */
    void run(RequestInfo info, Map<String, List<String>> query, String contentType, @Nullable Object body);

    <T> ObjectList<T> list(RequestInfo info, Map<String, List<String>> query, Class<T> item);

    ByteSource stream(RequestInfo info, Map<String, List<String>> query);

    <T> AutoCloseable watch(
            RequestInfo info, Map<String, List<String>> query, Class<T> type, WatchListener<T> listener);

    /** A JSON document that is no resource, such as discovery. */
    JsonObject document(String path);

    /** A body as the transport wants it. */
    default JsonValue asTree(Object body) {
        return body instanceof JsonValue value ? value : ObjectCodec.tree(body);
    }
}
