package io.coxswain.apiserver.request;

import io.coxswain.meta.ApiException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what a request is about from its method and URL, by the rules of upstream's {@code RequestInfoFactory}. Stateless. */
public final class RequestInfoParser {
    private static final String PROXY = "proxy";
    private static final int MAX_PARAMETERS = 1000;
    private static final Set<String> NAMESPACE_SUBRESOURCES = Set.of("status", "finalize");

    private RequestInfoParser() {}

    /**
     * Reads a request line.
     *
     * @param rawPath the path as it came, percent-encoded
     * @throws ApiException 400 for a path that cannot be decoded
     */
    public static RequestInfo parse(String method, String rawPath, Map<String, List<String>> query) {
        List<String> segments = segments(rawPath);
        String path = "/" + String.join("/", segments);
        RequestInfo other =
                new RequestInfo(false, method.toLowerCase(Locale.ROOT), decode(rawPath), "", "", "", "", "", "");
        List<String> rest;
        String group = "";
        if (segments.size() >= 3 && segments.get(0).equals("api")) {
            rest = segments.subList(1, segments.size());
        } else if (segments.size() >= 4 && segments.get(0).equals("apis")) {
            group = segments.get(1);
            rest = segments.subList(2, segments.size());
        } else {
            return other;
        }
        String version = rest.get(0);
        rest = rest.subList(1, rest.size());
        String verb = verb(method);
        if (rest.get(0).equals("watch") && rest.size() > 1) {
            verb = "watch";
            rest = rest.subList(1, rest.size());
        }
        String namespace = "";
        if (rest.get(0).equals("namespaces") && rest.size() > 1) {
            namespace = rest.get(1);
            boolean inside = rest.size() > 2 && !NAMESPACE_SUBRESOURCES.contains(rest.get(2));
            if (inside) {
                rest = rest.subList(2, rest.size());
            }
        }
        String resource = rest.get(0);
        String name = rest.size() > 1 ? rest.get(1) : "";
        String subresource = rest.size() > 2 ? String.join("/", rest.subList(2, rest.size())) : "";
        if (subresource.startsWith(PROXY + "/")) {
            subresource = PROXY; // what follows is the backend's
        }
        if (resource.equals("namespaces") && group.isEmpty()) {
            // A namespace is an object without a namespace; only authorization sees it as being in itself.
            namespace = "";
        }
        if (name.isEmpty() && verb.equals("get")) {
            verb = flag(query, "watch") ? "watch" : "list";
        } else if (name.isEmpty() && verb.equals("delete")) {
            verb = "deletecollection";
        }
        if (name.isEmpty() && (verb.equals("list") || verb.equals("watch"))) {
            name = selectedName(query).orElse("");
        }
        return new RequestInfo(true, verb, path, group, version, namespace, resource, subresource, name);
    }

    /**
     * Reads a query string.
     *
     * @throws ApiException 400 if it cannot be decoded or has too many parameters
     */
    public static Map<String, List<String>> query(String rawQuery) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        if (rawQuery.isEmpty()) {
            return query;
        }
        String[] pairs = rawQuery.split("&", MAX_PARAMETERS + 1);
        if (pairs.length > MAX_PARAMETERS) {
            throw ApiException.badRequest("too many query parameters");
        }
        for (String pair : pairs) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decodeQuery(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decodeQuery(pair.substring(equals + 1));
            query.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
        }
        return query;
    }

    private static String verb(String method) {
        return switch (method) {
            case "POST" -> "create";
            case "GET", "HEAD" -> "get";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> "delete";
            default -> method.toLowerCase(Locale.ROOT);
        };
    }

    private static List<String> segments(String rawPath) {
        List<String> segments = new ArrayList<>();
        for (String segment : rawPath.split("/")) {
            if (!segment.isEmpty()) {
                segments.add(decode(segment));
            }
        }
        return segments;
    }

    private static boolean flag(Map<String, List<String>> query, String name) {
        List<String> values = query.getOrDefault(name, List.of());
        return !values.isEmpty()
                && !values.get(0).equalsIgnoreCase("false")
                && !values.get(0).equals("0");
    }

    /** The name in {@code fieldSelector=metadata.name=x}: a list of one object is authorized as that object. */
    private static Optional<String> selectedName(Map<String, List<String>> query) {
        for (String term :
                String.join(",", query.getOrDefault("fieldSelector", List.of())).split(",")) {
            for (String operator : List.of("metadata.name==", "metadata.name=")) {
                if (term.startsWith(operator)) {
                    String name = term.substring(operator.length());
                    boolean usable = !name.isEmpty() && !name.contains("/") && !name.contains("\\");
                    return usable ? Optional.of(name) : Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    private static String decode(String text) {
        return decodeQuery(text.replace("+", "%2B"));
    }

    private static String decodeQuery(String text) {
        try {
            return text.indexOf('%') < 0 && text.indexOf('+') < 0
                    ? text
                    : URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ApiException.badRequest("invalid URL escape in \"" + text + "\"");
        }
    }
}
