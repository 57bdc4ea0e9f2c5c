package io.coxswain.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.coxswain.apiserver.request.ByteSource;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.Status;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** HTTPS with JSON bodies. Answers are bounded; a watch is read line by line as bytes come, without a thread of its own. */
final class HttpsTransport implements Transport {
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);
    private static final int MAX_ANSWER_BYTES = 256 << 20;
    private static final int MAX_ERROR_BYTES = 1 << 20;
    /** How long a watch lives, in seconds; upstream's reflector picks from the same range. */
    private static final int MIN_WATCH_SECONDS = 300;

    private final Supplier<HttpClient> http;
    private final String server;
    private final String userAgent;
    private final Timers timers;

    HttpsTransport(Supplier<HttpClient> http, URI server, String userAgent, Timers timers) {
        this.http = http;
        String text = server.toString();
        this.server = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        this.userAgent = userAgent;
        this.timers = timers;
    }

    @Override
    public <T> T object(
            RequestInfo info,
            Map<String, List<String>> query,
            String contentType,
            @Nullable Object body,
            Class<T> answer) {
        return ObjectCodec.read(exchange(info, query, contentType, body), answer);
    }

    @Override
    public void run(RequestInfo info, Map<String, List<String>> query, String contentType, @Nullable Object body) {
        exchange(info, query, contentType, body);
    }

    @Override
    public JsonObject document(String path) {
        RequestInfo info = new RequestInfo(false, "get", path, "", "", "", "", "", "");
        return ObjectCodec.tree(exchange(info, Map.of(), "", null));
    }

    @Override
    public <T> ObjectList<T> list(RequestInfo info, Map<String, List<String>> query, Class<T> item) {
        byte[] answer = exchange(info, query, "", null);
        try {
            JsonNode list = ObjectCodec.node(answer, 0, answer.length);
            JsonNode metadata = list.path("metadata");
            List<T> items = new ArrayList<>();
            list.path("items").forEach(node -> items.add(ObjectCodec.read(node, item)));
            return new ObjectList<>(
                    items,
                    metadata.path("resourceVersion").asText(""),
                    metadata.path("continue").asText(""),
                    metadata.path("remainingItemCount").asLong(-1));
        } catch (IOException e) {
            throw ApiException.internalError("unable to read a list: " + e.getMessage(), e);
        }
    }

    private byte[] exchange(
            RequestInfo info, Map<String, List<String>> query, String contentType, @Nullable Object body) {
        HttpRequest request =
                request(info, query, contentType, body).timeout(REQUEST_TIMEOUT).build();
        HttpResponse<byte[]> response = send(request, answer -> new BoundedBytes(MAX_ANSWER_BYTES));
        if (response.statusCode() >= 300) {
            throw failure(response.statusCode(), response.body());
        }
        return response.body();
    }

    private <B> HttpResponse<B> send(HttpRequest request, BodyHandler<B> handler) {
        try {
            return http.get().send(request, handler);
        } catch (IOException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(e);
        }
    }

    @Override
    public ByteSource stream(RequestInfo info, Map<String, List<String>> query) {
        HttpRequest request = request(info, query, "", null).build();
        HttpResponse<StreamBody> response = send(
                request,
                answer -> answer.statusCode() < 300
                        ? BodySubscribers.mapping(new HttpByteSource(), StreamBody::new)
                        : BodySubscribers.mapping(new BoundedBytes(MAX_ERROR_BYTES), StreamBody::new));
        StreamBody body = response.body();
        if (body.source() == null) {
            throw failure(response.statusCode(), body.error());
        }
        return body.source();
    }

    /** What came: a stream, or the bytes of a failure. */
    private record StreamBody(@Nullable HttpByteSource source, byte[] error) {
        StreamBody(HttpByteSource source) {
            this(source, new byte[0]);
        }

        StreamBody(byte[] error) {
            this(null, error);
        }
    }

    @Override
    public <T> AutoCloseable watch(
            RequestInfo info, Map<String, List<String>> query, Class<T> type, WatchListener<T> listener) {
        HttpClient connections = http.get();
        Map<String, List<String>> timed = new LinkedHashMap<>(query);
        int seconds = MIN_WATCH_SECONDS + ThreadLocalRandom.current().nextInt(MIN_WATCH_SECONDS);
        timed.put("timeoutSeconds", List.of(Integer.toString(seconds)));
        WatchLines<T> lines = new WatchLines<>(type, listener);
        // A server that vanished without a word never ends the stream itself.
        Timers.Timer deadline = timers.after(Duration.ofSeconds(seconds + 30L), lines::endNormally);
        lines.onEnd(deadline::cancel);
        connections
                .sendAsync(
                        request(info, timed, "", null).build(),
                        answer -> answer.statusCode() < 300 ? lines : failed(answer, lines))
                .whenComplete((response, error) -> {
                    if (error != null) {
                        lines.end(Optional.of(unreachable(error)));
                    }
                });
        return lines;
    }

    private static <T> BodySubscriber<Void> failed(HttpResponse.ResponseInfo answer, WatchLines<T> lines) {
        return BodySubscribers.mapping(new BoundedBytes(MAX_ERROR_BYTES), bytes -> {
            lines.end(Optional.of(failure(answer.statusCode(), bytes)));
            return null;
        });
    }

    private HttpRequest.Builder request(
            RequestInfo info, Map<String, List<String>> query, String contentType, @Nullable Object body) {
        BodyPublisher content =
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(ObjectCodec.bytes(body));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server + info.path() + queryText(query)))
                .method(method(info.verb()), content)
                .header("Accept", "application/json")
                .header("User-Agent", userAgent);
        return contentType.isEmpty() ? request : request.header("Content-Type", contentType);
    }

    private static String method(String verb) {
        return switch (verb) {
            case "create" -> "POST";
            case "update" -> "PUT";
            case "patch" -> "PATCH";
            case "delete", "deletecollection" -> "DELETE";
            default -> "GET";
        };
    }

    private static String queryText(Map<String, List<String>> query) {
        if (query.isEmpty()) {
            return "";
        }
        StringJoiner text = new StringJoiner("&", "?", "");
        query.forEach((name, values) -> values.forEach(value -> text.add(
                name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"))));
        return text.toString();
    }

    private static ApiException failure(int code, byte[] body) {
        if (body.length > 0 && body[0] == '{') {
            try {
                return Statuses.exception(ObjectCodec.tree(body), code);
            } catch (ApiException notAStatus) {
                return withoutStatus(code, notAStatus.getMessage());
            }
        }
        return withoutStatus(code, new String(body, 0, Math.min(body.length, 200), StandardCharsets.UTF_8));
    }

    private static ApiException withoutStatus(int code, @Nullable String text) {
        return ApiException.of(code, "", "the server answered " + code + ": " + text, null);
    }

    private static ApiException unreachable(Throwable cause) {
        String message = "unable to reach the API server: " + (cause.getMessage() == null ? cause : cause.getMessage());
        return new ApiException(Status.failure(503, "ServiceUnavailable", message, null), cause);
    }
}
