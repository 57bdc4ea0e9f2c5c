package io.coxswain.apiserver.endpoint;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.RequestBody;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.RequestInfoParser;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.ApiException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Makes an {@link ApiRequest} of an HTTP request. Stateless. */
final class RequestReader {
    private RequestReader() {}

    static RequestInfo info(HttpServletRequest http) {
        return RequestInfoParser.parse(http.getMethod(), http.getRequestURI(), query(http));
    }

    static Map<String, List<String>> query(HttpServletRequest http) {
        return RequestInfoParser.query(
                Optional.ofNullable(http.getQueryString()).orElse(""));
    }

    /** @throws ApiException 413 if the body is larger than the limit in bytes, 400 for what cannot be read */
    static ApiRequest read(HttpServletRequest http, UserInfo user, long bodyLimit) throws IOException {
        Map<String, List<String>> query = query(http);
        return new ApiRequest(
                user,
                RequestInfoParser.parse(http.getMethod(), http.getRequestURI(), query),
                query,
                body(http, bodyLimit),
                header(http, "Content-Type"),
                // Over the network an absent header means "anything"; the empty string is for callers in this process.
                Optional.of(header(http, "Accept"))
                        .filter(accept -> !accept.isBlank())
                        .orElse("*/*"),
                header(http, "User-Agent"),
                http.getRemoteAddr(),
                UUID.randomUUID().toString());
    }

    static String header(HttpServletRequest http, String name) {
        String value = http.getHeader(name);
        if (value == null) {
            return "";
        }
        // A header may come in several lines; only Accept is ever sent so.
        List<String> values = Collections.list(http.getHeaders(name));
        return values.size() > 1 ? String.join(",", values) : value;
    }

    /** All headers by lower-case name. */
    static Map<String, List<String>> headers(HttpServletRequest http) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String name : Collections.list(http.getHeaderNames())) {
            headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), key -> new ArrayList<>())
                    .addAll(Collections.list(http.getHeaders(name)));
        }
        return headers;
    }

    private static RequestBody body(HttpServletRequest http, long limit) throws IOException {
        if (http.getContentLengthLong() > limit) {
            throw tooLarge(limit);
        }
        if (http.getMethod().equals("GET") || http.getMethod().equals("HEAD")) {
            return RequestBody.NONE;
        }
        InputStream in = http.getInputStream();
        byte[] bytes = in.readNBytes((int) limit + 1);
        if (bytes.length > limit) {
            throw tooLarge(limit);
        }
        return bytes.length == 0 ? RequestBody.NONE : new RequestBody.Encoded(bytes);
    }

    private static ApiException tooLarge(long limit) {
        return ApiException.tooLarge("Request entity too large: limit is " + limit);
    }
}
