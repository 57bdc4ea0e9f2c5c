package io.coxswain.it;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes requests that are almost right: each is a valid one with a few things broken. The same seed gives the same requests. */
final class RequestMutator {
    /** @param query with its question mark, or empty */
    record Request(String method, String path, String query, Map<String, String> headers, byte[] body) {
        byte[] bytes() {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            StringBuilder head = new StringBuilder()
                    .append(method)
                    .append(' ')
                    .append(path)
                    .append(query)
                    .append(" HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ")
                    .append(body.length)
                    .append("\r\n");
            headers.forEach((name, value) ->
                    head.append(name).append(": ").append(value).append("\r\n"));
            out.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
            out.writeBytes(body);
            return out.toByteArray();
        }

        @Override
        public String toString() {
            String text = new String(bytes(), StandardCharsets.ISO_8859_1);
            return text.length() > 1500 ? text.substring(0, 1500) + "..." : text;
        }
    }

    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "-1",
            "0",
            "1e400",
            "-9223372036854775809",
            "18446744073709551616",
            "0.1",
            "NaN",
            "\"\"",
            "[]",
            "{}",
            "[null]",
            "[[]]",
            "{\"a\":{}}",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"99999999999999999999Gi\"",
            "\"-0\"",
            "\"1970-01-01T00:00:00Z\"",
            "\"..\"",
            "\"a/b\"",
            "\"${x}\"",
            "\"%s%n\"",
            "{\"$patch\":\"delete\"}",
            "[{\"$patch\":\"replace\"}]",
            "\"2147483648\"",
            "2147483648",
            "\"" + "x".repeat(300) + "\"");
    private static final List<String> SEGMENTS = List.of(
            "",
            ".",
            "..",
            "%00",
            "%2e%2e",
            "%2F",
            "%",
            "%zz",
            "%c0%af",
            "%ff",
            ";x=y",
            "a%20b",
            "*",
            "~",
            "-",
            "namespaces",
            "status",
            "scale",
            "log",
            "exec",
            "x".repeat(2000),
            "api",
            "v1",
            "watch",
            "proxy",
            "%E6%97%A5",
            "a\\b",
            "{x}");
    private static final List<String> PARAMETERS = List.of(
            "labelSelector",
            "fieldSelector",
            "limit",
            "continue",
            "resourceVersion",
            "resourceVersionMatch",
            "watch",
            "timeoutSeconds",
            "sendInitialEvents",
            "allowWatchBookmarks",
            "dryRun",
            "fieldValidation",
            "fieldManager",
            "gracePeriodSeconds",
            "propagationPolicy",
            "orphanDependents",
            "pretty",
            "includeObject",
            "force",
            "timeout",
            "container",
            "tailLines",
            "verbose",
            "exclude",
            "ignoreStoreReadErrorWithClusterBreakingPotential");
    private static final List<String> WORDS = List.of(
            "",
            "true",
            "false",
            "-1",
            "0",
            "1",
            "999999999999999999999",
            "abc",
            "All",
            "Strict",
            "%",
            "%zz",
            "%00",
            "a%3Db",
            "a%20in%20(b,",
            "!a",
            "a%3E1",
            "%2C%2C",
            "metadata.name%3D%5C",
            "NotOlderThan",
            "Exact",
            "%F0%9F%92%A9",
            "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6LTEsInN0YXJ0IjoiLi4vLi4ifQ",
            "1s",
            "P1D",
            "Foreground",
            "x".repeat(1000));
    private static final List<String> HEADERS = List.of(
            "Accept",
            "Content-Type",
            "Accept-Encoding",
            "Content-Encoding",
            "Authorization",
            "Impersonate-User",
            "Impersonate-Group",
            "Impersonate-Uid",
            "Impersonate-Extra-%zz",
            "User-Agent",
            "Range",
            "If-None-Match",
            "Cookie",
            "X-Forwarded-For",
            "Upgrade",
            "Audit-ID",
            "traceparent");
    private static final List<String> HEADER_VALUES = List.of(
            "",
            "*/*",
            "application/json",
            "application/yaml",
            "application/vnd.kubernetes.protobuf",
            "application/json;as=Table;v=v1;g=meta.k8s.io",
            "application/json;as=Table;v=v9;g=x",
            "application/json;q=2",
            ";;;",
            ",",
            "application/",
            "text/html",
            "application/merge-patch+json",
            "application/strategic-merge-patch+json",
            "application/json-patch+json",
            "application/apply-patch+yaml",
            "application/json;charset=utf-77",
            "gzip",
            "br;q=x",
            "Bearer x",
            "Bearer a.b.c",
            "Basic !!!",
            "Basic Og==",
            "Negotiate x",
            "system:serviceaccount:a:b",
            "\u00e9\u00ff",
            "bytes=0-1",
            "websocket",
            "x".repeat(3000));

    private final Random random;
    private final List<Request> seeds;

    RequestMutator(long seed, List<Request> seeds) {
        this.random = new Random(seed);
        this.seeds = List.copyOf(seeds);
    }

    Request next() {
        Request request = pick(seeds);
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            request = mutate(request);
        }
        return request;
    }

    private Request mutate(Request request) {
        int choice = random.nextInt(10);
        if (choice < 6 && request.body.length > 0) {
            return new Request(request.method, request.path, request.query, request.headers, body(request.body));
        }
        // What a deletion hits must stay ours.
        if (choice == 6 && !request.method.equals("DELETE")) {
            return new Request(request.method, path(request.path), request.query, request.headers, request.body);
        }
        if (choice < 9) {
            String parameter = pick(PARAMETERS) + "=" + pick(WORDS);
            String query = request.query.isEmpty() ? "?" + parameter : request.query + "&" + parameter;
            return new Request(request.method, request.path, query, request.headers, request.body);
        }
        Map<String, String> headers = new LinkedHashMap<>(request.headers);
        headers.put(pick(HEADERS), pick(HEADER_VALUES));
        return new Request(request.method, request.path, request.query, headers, request.body);
    }

    private String path(String path) {
        List<String> segments = new ArrayList<>(List.of(path.substring(1).split("/")));
        int at = random.nextInt(segments.size());
        switch (random.nextInt(3)) {
            case 0 -> segments.set(at, pick(SEGMENTS));
            case 1 -> segments.add(at, pick(SEGMENTS));
            default -> segments.add(pick(SEGMENTS));
        }
        return "/" + String.join("/", segments);
    }

    private byte[] body(byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        if (text.isEmpty()) {
            return body;
        }
        int at = random.nextInt(text.length());
        int end = Math.min(text.length(), at + 1 + random.nextInt(20));
        String changed = switch (random.nextInt(7)) {
            case 0 -> text.substring(0, at);
            case 1 -> text.substring(0, at) + text.substring(end);
            case 2 -> text.substring(0, end) + text.substring(at);
            case 3 -> text.substring(0, at) + (char) random.nextInt(256) + text.substring(at + 1);
            default -> value(text, at);
        };
        return changed.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Puts another value in place of the one after the next colon. */
    private String value(String text, int from) {
        int colon = text.indexOf(':', from);
        if (colon < 0) {
            return text;
        }
        int end = colon + 1;
        int depth = 0;
        boolean quoted = false;
        while (end < text.length()) {
            char c = text.charAt(end);
            if (c == '"' && text.charAt(end - 1) != '\\') {
                quoted = !quoted;
            } else if (!quoted && (c == '{' || c == '[')) {
                depth++;
            } else if (!quoted && (c == '}' || c == ']') && depth-- == 0) {
                break;
            } else if (!quoted && depth == 0 && (c == ',' || c == '\n')) {
                break;
            }
            end++;
        }
        return text.substring(0, colon + 1) + pick(VALUES) + text.substring(end);
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
