package io.coxswain.apiserver.endpoint;

import io.coxswain.apiserver.endpoint.BackendConnection.Head;
import io.coxswain.apiserver.endpoint.BackendConnection.Header;
import io.coxswain.apiserver.request.ApiResponse.ProxyResponse;
import io.coxswain.meta.ApiException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/**
 * Passes one request through {@code /proxy} on to its backend and the answer back, both as they come. The request's thread
 * waits for the backend, so only so many run at a time.
 */
final class ProxyExchange {
    private static final int MOST_AT_ONCE = 128;
    private static final Semaphore SEATS = new Semaphore(MOST_AT_ONCE);
    private static final int BUFFER = 16 * 1024;
    /** A page that is larger keeps its links. */
    private static final int MAX_HTML = 4 * 1024 * 1024;

    private static final Pattern PATH =
            Pattern.compile("(/api/v1/(?:namespaces/[^/]+/)?(?:pods|services|nodes)/[^/]+/proxy)(/.*)?");
    private static final Set<String> HOP_BY_HOP = Set.of(
            "connection",
            "proxy-connection",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");
    /** Nobody's business but the API server's. */
    private static final Set<String> OWN = Set.of("authorization", "content-length", "host", "x-forwarded-for");

    private static final String BEARER = "base64url.bearer.authorization.k8s.io.";

    private final HttpServletRequest http;
    private final HttpServletResponse out;
    private final Executor threads;

    ProxyExchange(HttpServletRequest http, HttpServletResponse out, Executor threads) {
        this.http = http;
        this.out = out;
        this.threads = threads;
    }

    /** @throws ApiException 503 if the backend cannot be reached or gives no answer, 429 if too many are on their way */
    void run(ProxyResponse response) throws IOException {
        boolean handedOn = false;
        boolean seated = SEATS.tryAcquire();
        try {
            if (!seated) {
                throw ApiException.tooManyRequests("Too many requests, please try again later.", 1);
            }
            handedOn = passOn(response);
        } finally {
            if (seated && !handedOn) {
                SEATS.release();
            }
            if (!handedOn) {
                response.ended().run();
            }
        }
    }

    /** Whether the connection lives on as a tunnel, which ends the exchange by itself. */
    private boolean passOn(ProxyResponse response) throws IOException {
        Matcher path = PATH.matcher(http.getRequestURI());
        if (!path.matches()) {
            throw ApiException.pathNotFound();
        }
        String prefix = path.group(1);
        String rest = path.group(2) == null ? "" : path.group(2);
        boolean upgrade = isUpgrade();
        if (rest.isEmpty()
                && !upgrade
                && (http.getMethod().equals("GET") || http.getMethod().equals("HEAD"))) {
            out.setStatus(301);
            out.setHeader("Location", http.getRequestURI() + "/" + query());
            response.answered().accept(301);
            return false;
        }
        BackendConnection backend = null;
        boolean handedOn = false;
        try {
            Head head;
            try {
                backend = BackendConnection.open(response.target());
                backend.send(
                        http.getMethod(),
                        (rest.isEmpty() ? "/" : rest) + query(),
                        requestHeaders(upgrade),
                        http.getInputStream(),
                        upgrade ? 0 : bodyLength());
                head = backend.readHead();
            } catch (IOException e) {
                throw new ApiException(
                        ApiException.unavailable("error trying to reach service: " + e.getMessage())
                                .status(),
                        e);
            }
            response.answered().accept(head.status());
            if (head.status() == 101) {
                tunnel(backend, head, response.ended());
                handedOn = true;
            } else {
                answer(backend, head, new ProxyLinks(response.target(), prefix, host()));
            }
        } finally {
            if (backend != null && !handedOn) {
                backend.close();
            }
        }
        return handedOn;
    }

    private String query() {
        return http.getQueryString() == null ? "" : "?" + http.getQueryString();
    }

    private String host() {
        String host = http.getHeader("Host");
        return host == null ? http.getServerName() + ":" + http.getServerPort() : host;
    }

    private boolean isUpgrade() {
        return RequestReader.header(http, "Connection").toLowerCase(Locale.ROOT).contains("upgrade")
                && !RequestReader.header(http, "Upgrade").isEmpty();
    }

    /** -1 if the length is not known. */
    private long bodyLength() {
        long length = http.getContentLengthLong();
        boolean chunked = http.getHeader("Transfer-Encoding") != null;
        boolean bodiless = http.getMethod().equals("GET") || http.getMethod().equals("HEAD");
        return length >= 0 ? length : bodiless && !chunked ? 0 : -1;
    }

    private List<Header> requestHeaders(boolean upgrade) {
        Set<String> dropped = dropped(Collections.list(http.getHeaders("Connection")));
        dropped.addAll(OWN);
        List<Header> headers = new ArrayList<>();
        headers.add(new Header("Host", host()));
        for (String name : Collections.list(http.getHeaderNames())) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (dropped.contains(lower) || lower.startsWith("impersonate-") || lower.startsWith(":")) {
                continue;
            }
            for (String value : Collections.list(http.getHeaders(name))) {
                String kept = lower.equals("sec-websocket-protocol") ? withoutToken(value) : value;
                if (!kept.isEmpty() || value.isEmpty()) {
                    headers.add(new Header(name, kept));
                }
            }
        }
        String before = RequestReader.header(http, "X-Forwarded-For");
        headers.add(new Header(
                "X-Forwarded-For", before.isEmpty() ? http.getRemoteAddr() : before + ", " + http.getRemoteAddr()));
        headers.add(new Header("X-Forwarded-Uri", http.getRequestURI()));
        if (upgrade) {
            headers.add(new Header("Connection", "Upgrade"));
            headers.add(new Header("Upgrade", RequestReader.header(http, "Upgrade")));
        } else {
            headers.add(new Header("Connection", "close"));
        }
        return headers;
    }

    /** The protocols without the one by which browsers send their token. */
    private static String withoutToken(String protocols) {
        return Arrays.stream(protocols.split(","))
                .map(String::strip)
                .filter(protocol -> !protocol.startsWith(BEARER))
                .collect(Collectors.joining(", "));
    }

    /** The names of headers that concern one connection only. */
    private static Set<String> dropped(List<String> connection) {
        Set<String> names = new HashSet<>(HOP_BY_HOP);
        connection.forEach(line -> Arrays.stream(line.split(","))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .forEach(names::add));
        return names;
    }

    private void tunnel(BackendConnection backend, Head head, Runnable ended) throws IOException {
        out.setStatus(HttpServletResponse.SC_SWITCHING_PROTOCOLS);
        head.headers().stream()
                .filter(header -> !header.is("Transfer-Encoding") && !header.is("Content-Length"))
                .forEach(header -> out.addHeader(header.name(), header.value()));
        try {
            http.upgrade(Tunnel.class).connect(backend.upgraded(), threads, () -> {
                SEATS.release();
                ended.run();
            });
        } catch (ServletException e) {
            throw new IOException("the connection cannot be upgraded", e);
        }
    }

    private void answer(BackendConnection backend, Head head, ProxyLinks links) throws IOException {
        InputStream body = backend.body(http.getMethod(), head);
        Set<String> dropped = dropped(head.headers().stream()
                .filter(header -> header.is("Connection"))
                .map(Header::value)
                .toList());
        String location = head.first("Location");
        boolean page = location.isEmpty()
                && head.first("Content-Type").split(";", 2)[0].strip().equalsIgnoreCase("text/html")
                && !http.getMethod().equals("HEAD");
        String encoding = head.first("Content-Encoding").toLowerCase(Locale.ROOT);
        boolean rewritten = page && (encoding.isEmpty() || encoding.equals("gzip"));
        out.setStatus(head.status());
        for (Header header : head.headers()) {
            if (dropped.contains(header.name().toLowerCase(Locale.ROOT))
                    || (rewritten && (header.is("Content-Length") || header.is("Content-Encoding")))) {
                continue;
            }
            if (header.is("Content-Length")) {
                out.setContentLengthLong(Long.parseLong(header.value()));
            } else {
                out.addHeader(header.name(), header.is("Location") ? links.rewrite(header.value()) : header.value());
            }
        }
        copy(rewritten ? page(encoding.isEmpty() ? body : new GZIPInputStream(body), links) : body);
    }

    private static InputStream page(InputStream body, ProxyLinks links) throws IOException {
        byte[] bytes = body.readNBytes(MAX_HTML);
        if (bytes.length == MAX_HTML) {
            return new SequenceInputStream(new ByteArrayInputStream(bytes), body);
        }
        // Only ASCII is looked at and changed, so any encoding that contains it may be read byte by byte.
        Charset bytewise = StandardCharsets.ISO_8859_1;
        return new ByteArrayInputStream(
                links.rewriteHtml(new String(bytes, bytewise)).getBytes(bytewise));
    }

    /** Flushes when the backend pauses, so that a stream stays one. */
    private void copy(InputStream body) throws IOException {
        OutputStream client = out.getOutputStream();
        byte[] buffer = new byte[BUFFER];
        for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
            client.write(buffer, 0, count);
            if (body.available() == 0) {
                client.flush();
            }
        }
    }
}
