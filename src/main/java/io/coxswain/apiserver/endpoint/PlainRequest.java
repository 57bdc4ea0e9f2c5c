package io.coxswain.apiserver.endpoint;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as JAX-RS may see it: without the headers that it would negotiate by. Kubernetes' media types
 * ({@code application/com.github.proto-openapi.spec.v2@v1.0+protobuf}) are more than its parser takes, and whatever a
 * client sends there is ours to judge.
 */
final class PlainRequest extends HttpServletRequestWrapper {
    private static final Map<String, String> FIXED =
            Map.of("accept", "*/*", "content-type", "application/octet-stream");
    private static final List<String> HIDDEN = List.of(
            "accept-charset", "accept-encoding", "accept-language", "if-match", "if-none-match", "if-modified-since");

    PlainRequest(HttpServletRequest original) {
        super(original);
    }

    @Override
    public @Nullable String getHeader(String name) {
        String key = name.toLowerCase(Locale.ROOT);
        if (FIXED.containsKey(key)) {
            return FIXED.get(key);
        }
        return HIDDEN.contains(key) ? null : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        String key = name.toLowerCase(Locale.ROOT);
        if (FIXED.containsKey(key)) {
            return Collections.enumeration(List.of(FIXED.getOrDefault(key, "")));
        }
        return HIDDEN.contains(key) ? Collections.emptyEnumeration() : super.getHeaders(name);
    }

    @Override
    public Enumeration<String> getHeaderNames() {
        return Collections.enumeration(Collections.list(super.getHeaderNames()).stream()
                .filter(name -> !HIDDEN.contains(name.toLowerCase(Locale.ROOT)))
                .toList());
    }

    @Override
    public String getContentType() {
        return FIXED.getOrDefault("content-type", "");
    }
}
