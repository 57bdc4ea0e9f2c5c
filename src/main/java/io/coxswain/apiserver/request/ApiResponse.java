package io.coxswain.apiserver.request;

import io.coxswain.meta.ApiObject;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/** The answer to a request. Failures are {@link io.coxswain.meta.ApiException}s instead. */
public sealed interface ApiResponse {
    /** Texts for {@code Warning: 299} headers. */
    List<String> warnings();

    /** One object, a {@code Status} or {@code Table} included. */
    record ObjectResponse(int code, ApiObject object, List<String> warnings) implements ApiResponse {}

    /**
     * A list whose items are written one by one.
     *
     * @param continueToken {@code ""} if this is the last page
     * @param remainingItems items behind this page; -1 if unknown
     */
    record ListResponse(
            String apiVersion,
            String kind,
            String resourceVersion,
            String continueToken,
            long remainingItems,
            Iterator<? extends ApiObject> items,
            List<String> warnings)
            implements ApiResponse {}

    /**
     * A list as a {@code meta.k8s.io/v1 Table}; only for callers that ask for one by their {@code Accept} header.
     *
     * @param apiVersion {@code meta.k8s.io/v1} or {@code v1beta1}
     * @param columnDefinitions the columns, as the JSON shows them
     * @param rows each with {@code cells} and perhaps {@code object}
     */
    record TableResponse(
            int code,
            String apiVersion,
            JsonArray columnDefinitions,
            String resourceVersion,
            String continueToken,
            long remainingItems,
            Iterator<JsonObject> rows,
            List<String> warnings)
            implements ApiResponse {}

    /**
     * An open watch; whoever takes it must close it.
     *
     * @param mediaType of the frames; what callers in this process do not care for
     */
    record WatchResponse(EventStream events, String mediaType, List<String> warnings) implements ApiResponse {
        /** A watch in JSON. */
        public WatchResponse(EventStream events, List<String> warnings) {
            this(events, "application/json", warnings);
        }
    }

    /** Bytes of any media type: discovery, OpenAPI, version, health, metrics. */
    record RawResponse(int code, String contentType, byte[] body, Map<String, String> headers, List<String> warnings)
            implements ApiResponse {}

    /** A stream of bytes that grows, such as a followed log. Whoever takes it must close it. */
    record ByteStreamResponse(String contentType, ByteSource source, List<String> warnings) implements ApiResponse {}

    /**
     * The connection is to be tunnelled to a node: exec, attach, port-forward.
     *
     * @param ended must be run when the tunnel is over, or could not be made
     */
    record UpgradeResponse(UpgradeTarget target, List<String> warnings, Runnable ended) implements ApiResponse {
        public UpgradeResponse(UpgradeTarget target, List<String> warnings) {
            this(target, warnings, () -> {});
        }
    }

    /**
     * The request is to be passed on to a backend with its body, and the backend's answer passed back.
     *
     * @param answered must be told the backend's status when it is known
     * @param ended must be run when the exchange is over, or could not be made
     */
    record ProxyResponse(ProxyTarget target, List<String> warnings, IntConsumer answered, Runnable ended)
            implements ApiResponse {
        public ProxyResponse(ProxyTarget target) {
            this(target, List.of(), status -> {}, () -> {});
        }
    }
}
