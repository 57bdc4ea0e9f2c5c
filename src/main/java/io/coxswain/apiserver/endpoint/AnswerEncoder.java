package io.coxswain.apiserver.endpoint;

import io.coxswain.apiserver.representation.ResponseShaper;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ApiResponse.ListResponse;
import io.coxswain.apiserver.request.ApiResponse.ObjectResponse;
import io.coxswain.apiserver.request.ApiResponse.RawResponse;
import io.coxswain.apiserver.request.ApiResponse.TableResponse;
import io.coxswain.apiserver.request.TreeObject;
import io.coxswain.codec.JsonCodec;
import io.coxswain.codec.MediaTypes;
import io.coxswain.codec.MediaTypes.Format;
import io.coxswain.codec.ProtobufCodec;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ApiObject;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.Status;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;

/** Encodes responses that are no streams. Large lists are written item by item and compressed if the client can. Stateless. */
final class AnswerEncoder {
    /** Upstream compresses from here on, too. */
    static final int COMPRESS_FROM = 128 * 1024;

    private AnswerEncoder() {}

    /** @param ifNoneMatch the request's header, {@code ""} if absent; @param gzip whether the client takes it */
    static HttpAnswer encode(ApiRequest request, ApiResponse response, String ifNoneMatch, boolean gzip)
            throws IOException {
        Map<String, List<String>> headers = headers(response.warnings());
        if (response instanceof ObjectResponse object) {
            Format format = encoding(request, () -> kindOf(object.object().tree()));
            byte[] body = Encodings.convert(object.object(), format);
            return bytes(object.code(), format.mediaType(), body, headers, gzip);
        }
        if (response instanceof RawResponse raw) {
            raw.headers().forEach((name, value) -> headers.put(name, List.of(value)));
            String etag = raw.headers().getOrDefault("ETag", "");
            if (!etag.isEmpty() && ifNoneMatch.contains(etag)) {
                return new HttpAnswer(304, raw.contentType(), headers, 0, out -> {});
            }
            return bytes(raw.code(), raw.contentType(), raw.body(), headers, gzip);
        }
        if (response instanceof ListResponse list) {
            JsonObject head = head(
                    list.kind(),
                    list.apiVersion(),
                    list.resourceVersion(),
                    list.continueToken(),
                    list.remainingItems());
            Format format = encoding(request, () -> GroupVersionKind.of(list.apiVersion(), list.kind()));
            if (format == Format.PROTOBUF) {
                return bytes(200, format.mediaType(), protobuf(head, list.items()), headers, gzip);
            }
            Iterator<byte[]> items = map(list.items(), item -> item.json());
            return stream(format, 200, new ListBytes(head, "items", items), headers, gzip);
        }
        if (response instanceof TableResponse table) {
            JsonObject head = JsonTrees.with(
                    head(
                            "Table",
                            table.apiVersion(),
                            table.resourceVersion(),
                            table.continueToken(),
                            table.remainingItems()),
                    "columnDefinitions",
                    table.columnDefinitions());
            Iterator<byte[]> rows = map(table.rows(), JsonCodec::encode);
            Format format = encoding(request, () -> GroupVersionKind.of(table.apiVersion(), "Table"));
            return stream(format, table.code(), new ListBytes(head, "rows", rows), headers, gzip);
        }
        throw new IllegalStateException("no plain response: " + response.getClass());
    }

    /** The answer to a failure, in the encoding that the client takes; JSON if it takes none of ours. */
    static HttpAnswer error(ApiException failure, String accept) {
        Status status = failure.status();
        Map<String, List<String>> headers = headers(List.of());
        Status.Details details = status.details();
        if (details != null && details.retryAfterSeconds() > 0) {
            headers.put("Retry-After", List.of(Integer.toString(details.retryAfterSeconds())));
        }
        Format format = errorFormat(accept);
        byte[] body = Encodings.convert(new TreeObject(status.toJson()), format);
        return new HttpAnswer(status.code(), format.mediaType(), headers, body.length, out -> out.write(body));
    }

    private static Format errorFormat(String accept) {
        if (accept.isBlank()) {
            return Format.JSON;
        }
        try {
            return MediaTypes.accept(accept, Set.of(Format.JSON, Format.YAML, Format.PROTOBUF), true)
                    .format();
        } catch (ApiException notAcceptable) {
            return Format.JSON;
        }
    }

    /** How the body is to be written; what cannot be negotiated any more is JSON. The kind matters for protobuf only. */
    static Format encoding(ApiRequest request, Supplier<GroupVersionKind> kind) {
        try {
            Set<Format> formats = request.accept().contains(MediaTypes.PROTOBUF)
                    ? ResponseShaper.formats(kind.get())
                    : Set.of(Format.JSON, Format.YAML);
            return MediaTypes.accept(request.accept(), formats, true).format();
        } catch (ApiException notAcceptable) {
            return Format.JSON;
        }
    }

    /** Protobuf needs the length of all before the first byte. */
    private static byte[] protobuf(JsonObject head, Iterator<? extends ApiObject> items) {
        JsonArrayBuilder array = JsonTrees.array();
        items.forEachRemaining(item -> array.add(item.tree()));
        return ProtobufCodec.builtIn().encode(JsonTrees.with(head, "items", array.build()));
    }

    private static GroupVersionKind kindOf(JsonObject object) {
        return GroupVersionKind.of(object.getString("apiVersion", ""), object.getString("kind", ""));
    }

    private static HttpAnswer bytes(
            int code, String contentType, byte[] body, Map<String, List<String>> headers, boolean gzip)
            throws IOException {
        byte[] sent = body;
        if (gzip && body.length >= COMPRESS_FROM) {
            ByteArrayOutputStream out = new ByteArrayOutputStream(body.length / 4);
            try (GZIPOutputStream zip = fastGzip(out)) {
                zip.write(body);
            }
            sent = out.toByteArray();
            compressed(headers);
        }
        byte[] whole = sent;
        return new HttpAnswer(code, contentType, headers, whole.length, out -> out.write(whole));
    }

    private static HttpAnswer stream(
            Format encoding, int code, ListBytes list, Map<String, List<String>> headers, boolean gzip)
            throws IOException {
        if (encoding != Format.JSON) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            list.writeUpTo(all, Integer.MAX_VALUE);
            return bytes(code, encoding.mediaType(), Encodings.convert(all.toByteArray(), encoding), headers, gzip);
        }
        ByteArrayOutputStream start = new ByteArrayOutputStream(8192);
        if (list.writeUpTo(start, COMPRESS_FROM)) {
            return bytes(code, "application/json", start.toByteArray(), headers, gzip);
        }
        if (gzip) {
            compressed(headers);
        }
        return new HttpAnswer(code, "application/json", headers, -1, out -> {
            OutputStream sink = gzip ? fastGzip(out) : out;
            start.writeTo(sink);
            list.writeUpTo(sink, Long.MAX_VALUE);
            if (sink instanceof GZIPOutputStream zip) {
                zip.finish();
            }
        });
    }

    private static void compressed(Map<String, List<String>> headers) {
        headers.put("Content-Encoding", List.of("gzip"));
        headers.merge("Vary", List.of("Accept-Encoding"), (a, b) -> {
            List<String> both = new ArrayList<>(a);
            both.addAll(b);
            return both;
        });
    }

    /** Level 1, as upstream: lists shrink well at any level and time is dear. */
    private static GZIPOutputStream fastGzip(OutputStream out) throws IOException {
        return new GZIPOutputStream(out, 16 * 1024) {
            {
                def.setLevel(1);
            }
        };
    }

    private static Map<String, List<String>> headers(List<String> warnings) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        headers.put("Cache-Control", List.of("no-cache, private"));
        if (!warnings.isEmpty()) {
            headers.put("Warning", warnings.stream().map(AnswerEncoder::warning).toList());
        }
        return headers;
    }

    static String warning(String text) {
        return "299 - \"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static JsonObject head(
            String kind, String apiVersion, String resourceVersion, String continueToken, long remaining) {
        JsonObjectBuilder metadata = JsonTrees.object().add("resourceVersion", resourceVersion);
        if (!continueToken.isEmpty()) {
            metadata.add("continue", continueToken);
        }
        if (remaining >= 0) {
            metadata.add("remainingItemCount", remaining);
        }
        return JsonTrees.object()
                .add("kind", kind)
                .add("apiVersion", apiVersion)
                .add("metadata", metadata)
                .build();
    }

    /** A list as JSON, written piece by piece. */
    private static final class ListBytes {
        private final byte[] head;
        private final Iterator<byte[]> items;
        private boolean started;
        private boolean first = true;

        ListBytes(JsonObject head, String field, Iterator<byte[]> items) {
            String text = head.toString();
            this.head =
                    (text.substring(0, text.length() - 1) + ",\"" + field + "\":[").getBytes(StandardCharsets.UTF_8);
            this.items = items;
        }

        /** Writes at least so many bytes, or all there are; whether that was all. */
        boolean writeUpTo(OutputStream out, long limit) throws IOException {
            long written = 0;
            if (!started) {
                started = true;
                out.write(head);
                written = head.length;
            }
            while (items.hasNext()) {
                if (written >= limit) {
                    return false;
                }
                byte[] item = items.next();
                if (!first) {
                    out.write(',');
                }
                first = false;
                out.write(item);
                written += item.length + 1L;
            }
            out.write(']');
            out.write('}');
            return true;
        }
    }

    private static <T> Iterator<byte[]> map(Iterator<? extends T> items, java.util.function.Function<T, byte[]> bytes) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return items.hasNext();
            }

            @Override
            public byte[] next() {
                return bytes.apply(items.next());
            }
        };
    }
}
