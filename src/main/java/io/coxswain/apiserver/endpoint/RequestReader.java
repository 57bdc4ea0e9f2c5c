package io.coxswain.apiserver.endpoint;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.RequestBody;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.RequestInfoParser;
import io.coxswain.apiserver.request.RequestOrigin;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.meta.ApiException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Makes an {@link ApiRequest} of an HTTP request. Stateless. */
final class RequestReader {
    static final String AUDIT_ID = "Audit-ID";
    /** The attribute that holds who proved an identity, if the request runs as another. */
    static final String AUTHENTICATED = "io.coxswain.authenticated";

    private static final String INFO = "io.coxswain.request-info";
    private static final String IMPERSONATE = "impersonate-";

    private static final Pattern USABLE_ID = Pattern.compile("[\\x21-\\x7e]{1,128}");
    private static final Pattern ADDRESS = Pattern.compile("[0-9A-Fa-f.:]{2,45}");
    private static final int MAX_PROXIES = 10;

    private RequestReader() {}

    /** What the request is about. Worked out once. */
    static RequestInfo info(HttpServletRequest http) {
        if (http.getAttribute(INFO) instanceof RequestInfo known) {
            return known;
        }
        RequestInfo info = RequestInfoParser.parse(http.getMethod(), http.getRequestURI(), query(http));
        http.setAttribute(INFO, info);
        return info;
    }

    static Map<String, List<String>> query(HttpServletRequest http) {
        return RequestInfoParser.query(
                Optional.ofNullable(http.getQueryString()).orElse(""));
    }

    /** @throws ApiException 413 if the body is larger than the limit in bytes, 400 for what cannot be read */
    static ApiRequest read(HttpServletRequest http, UserInfo user, long bodyLimit) throws IOException {
        return new ApiRequest(
                user,
                info(http),
                query(http),
                body(http, bodyLimit),
                header(http, "Content-Type"),
                // Over the network an absent header means "anything"; the empty string is for callers in this process.
                Optional.of(header(http, "Accept"))
                        .filter(accept -> !accept.isBlank())
                        .orElse("*/*"),
                header(http, "User-Agent"),
                http.getRemoteAddr(),
                auditId(http),
                origin(http, user));
    }

    /** The request without its body, for the record of one that is refused before it is read. */
    static ApiRequest head(HttpServletRequest http, UserInfo user) {
        return head(http, user, info(http));
    }

    /** The record of a request whose URL cannot be read. */
    static ApiRequest unreadable(HttpServletRequest http, UserInfo user) {
        String verb = http.getMethod().toLowerCase(Locale.ROOT);
        return head(http, user, new RequestInfo(false, verb, http.getRequestURI(), "", "", "", "", "", ""));
    }

    private static ApiRequest head(HttpServletRequest http, UserInfo user, RequestInfo info) {
        return new ApiRequest(
                user,
                info,
                Map.of(),
                RequestBody.NONE,
                "",
                "*/*",
                header(http, "User-Agent"),
                http.getRemoteAddr(),
                auditId(http),
                origin(http, user));
    }

    /** The request's number in the audit log: the client's, if it sent a usable one. The same at every call. */
    static String auditId(HttpServletRequest http) {
        if (http.getAttribute(AUDIT_ID) instanceof String known) {
            return known;
        }
        String sent = header(http, AUDIT_ID);
        String id = USABLE_ID.matcher(sent).matches() ? sent : UUID.randomUUID().toString();
        http.setAttribute(AUDIT_ID, id);
        return id;
    }

    private static RequestOrigin origin(HttpServletRequest http, UserInfo user) {
        UserInfo authenticated = http.getAttribute(AUTHENTICATED) instanceof UserInfo known ? known : user;
        String query = http.getQueryString();
        String uri = query == null ? http.getRequestURI() : http.getRequestURI() + "?" + query;
        return new RequestOrigin(authenticated, addresses(http), uri);
    }

    /** What proxies say of the caller, then who is at the other end of the connection. */
    private static List<String> addresses(HttpServletRequest http) {
        List<String> addresses = new ArrayList<>();
        String forwarded = header(http, "X-Forwarded-For");
        if (!forwarded.isEmpty()) {
            for (String address : forwarded.split(",", MAX_PROXIES + 1)) {
                if (ADDRESS.matcher(address.trim()).matches() && addresses.size() < MAX_PROXIES) {
                    addresses.add(address.trim());
                }
            }
        } else {
            String real = header(http, "X-Real-Ip").trim();
            if (ADDRESS.matcher(real).matches()) {
                addresses.add(real);
            }
        }
        if (!addresses.contains(http.getRemoteAddr())) {
            addresses.add(http.getRemoteAddr());
        }
        return addresses;
    }

    static String header(HttpServletRequest http, String name) {
        String value = http.getHeader(name);
        if (value == null) {
            return "";
        }
        // A header may come in several lines; only Accept is ever sent so.
        Enumeration<String> values = http.getHeaders(name);
        if (values.hasMoreElements()) {
            values.nextElement();
        }
        return values.hasMoreElements() ? String.join(",", Collections.list(http.getHeaders(name))) : value;
    }

    /** The headers by which the caller asks to run as another, by lower-case name; hardly any request has some. */
    static Map<String, List<String>> impersonation(HttpServletRequest http) {
        Map<String, List<String>> headers = Map.of();
        Enumeration<String> names = http.getHeaderNames();
        while (names.hasMoreElements()) {
            String name = names.nextElement();
            if (name.regionMatches(true, 0, IMPERSONATE, 0, IMPERSONATE.length())) {
                headers = headers.isEmpty() ? new LinkedHashMap<>() : headers;
                headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), key -> new ArrayList<>())
                        .addAll(Collections.list(http.getHeaders(name)));
            }
        }
        return headers;
    }

    private static RequestBody body(HttpServletRequest http, long limit) {
        if (http.getContentLengthLong() > limit) {
            throw tooLarge(limit);
        }
        if (http.getMethod().equals("GET") || http.getMethod().equals("HEAD")) {
            return RequestBody.NONE;
        }
        byte[] bytes;
        try {
            bytes = http.getInputStream().readNBytes((int) limit + 1);
        } catch (IOException e) {
            // It ended early, or its Content-Encoding is not what it says (Liberty inflates bodies as they are read).
            throw ApiException.badRequest("the request's body cannot be read: " + e.getMessage());
        }
        if (bytes.length > limit) {
            throw tooLarge(limit);
        }
        return bytes.length == 0 ? RequestBody.NONE : new RequestBody.Encoded(bytes);
    }

    private static ApiException tooLarge(long limit) {
        return ApiException.tooLarge("Request entity too large: limit is " + limit);
    }
}
