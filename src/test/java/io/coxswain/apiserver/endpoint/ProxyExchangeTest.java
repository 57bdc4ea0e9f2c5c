package io.coxswain.apiserver.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.ProxyTarget;
import io.coxswain.meta.ApiException;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The proxy against a real HTTP server on loopback. */
class ProxyExchangeTest {
    private static final String BASE = "/api/v1/namespaces/ns/services/web:80/proxy";

    private final Map<String, String> sent = new LinkedHashMap<>();
    private final TreeMap<String, String> answered = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
    private final List<Integer> told = new ArrayList<>();
    private int status;
    private int ended;
    private HttpServer backend;

    @BeforeEach
    void start() throws IOException {
        backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        backend.createContext("/echo", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            TreeMap<String, List<String>> headers = new TreeMap<>(exchange.getRequestHeaders());
            reply(
                    exchange,
                    207,
                    "text/plain",
                    exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body + " " + headers);
        });
        backend.createContext(
                "/page", exchange -> reply(exchange, 200, "text/html; charset=utf-8", "<a href=\"/x\">é</a>"));
        backend.createContext("/zipped", exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            ByteArrayOutputStream zipped = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
                gzip.write("<a href='/x'>".getBytes(StandardCharsets.UTF_8));
            }
            exchange.sendResponseHeaders(200, 0); // in chunks
            exchange.getResponseBody().write(zipped.toByteArray());
            exchange.close();
        });
        backend.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().set("Location", "/login?next=1");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        backend.start();
    }

    @AfterEach
    void stop() {
        backend.stop(0);
    }

    private static void reply(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("X-Backend", "yes");
        exchange.getResponseHeaders().set("Keep-Alive", "timeout=5");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Test
    void passesMethodPathQueryHeadersAndBodyOn() throws IOException {
        sent.put("Content-Type", "text/plain");
        sent.put("X-Mine", "1");
        run("PUT", "/echo/a%20b", "x=1&y=%2F", "hello");
        assertThat(status).isEqualTo(207);
        assertThat(told).containsExactly(207);
        assertThat(ended).isEqualTo(1);
        assertThat(text()).startsWith("PUT /echo/a%20b?x=1&y=%2F hello ").contains("X-mine=[1]", "Host=[api:6443]");
        assertThat(text()).contains("X-forwarded-uri=[" + BASE + "/echo/a%20b]", "X-forwarded-for=[192.0.2.7]");
        assertThat(answered).containsEntry("X-Backend", "yes").doesNotContainKey("Keep-Alive");
    }

    @Test
    void aBodyOfUnknownLengthGoesInChunks() throws IOException {
        sent.put("Transfer-Encoding", "chunked");
        run("POST", "/echo", null, "streamed");
        assertThat(text()).startsWith("POST /echo streamed ");
    }

    @Test
    void keepsCredentialsAndHeadersOfOneConnectionToItself() throws IOException {
        sent.put("Authorization", "Bearer secret");
        sent.put("Impersonate-User", "jane");
        sent.put("Connection", "X-Hop");
        sent.put("X-Hop", "secret");
        sent.put("Proxy-Authorization", "secret");
        sent.put("Sec-WebSocket-Protocol", "v1, base64url.bearer.authorization.k8s.io.c2VjcmV0");
        run("GET", "/echo", null, "");
        assertThat(text())
                .doesNotContain("secret", "jane", "c2VjcmV0")
                .contains("Sec-websocket-protocol=[v1]", "Connection=[close]");
    }

    @Test
    void rewritesLinksOfPagesAndOfRedirections() throws IOException {
        run("GET", "/page", null, "");
        assertThat(text()).isEqualTo("<a href=\"" + BASE + "/x\">é</a>");
        answer.reset();
        run("GET", "/zipped", null, "");
        assertThat(text()).isEqualTo("<a href='" + BASE + "/x'>");
        assertThat(answered).doesNotContainKey("Content-Encoding");
        run("GET", "/moved", null, "");
        assertThat(status).isEqualTo(302);
        assertThat(answered).containsEntry("Location", BASE + "/login?next=1");
    }

    @Test
    void anEmptyPathIsSentToTheSlash() throws IOException {
        run("GET", "", "a=b", "");
        assertThat(status).isEqualTo(301);
        assertThat(answered).containsEntry("Location", BASE + "/?a=b");
    }

    @Test
    void saysWhenNobodyListens() throws IOException {
        int port = backend.getAddress().getPort();
        backend.stop(0);
        assertThatThrownBy(() -> run("GET", "/", null, "", port))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(503))
                .hasMessageStartingWith("error trying to reach service: ");
        assertThat(ended).isEqualTo(1);
    }

    @Test
    void saysWhenTheBackendSpeaksNoHttp() throws Exception {
        for (String nonsense :
                List.of("", "SSH-2.0\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "x".repeat(70_000))) {
            try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                Thread answering = new Thread(() -> {
                    try (var socket = server.accept()) {
                        socket.getOutputStream().write(nonsense.getBytes(StandardCharsets.US_ASCII));
                        socket.shutdownOutput();
                        socket.getInputStream().readAllBytes();
                    } catch (IOException e) {
                        // the other end gave up first
                    }
                });
                answering.start();
                assertThatThrownBy(() -> run("GET", "/", null, "", server.getLocalPort()))
                        .isInstanceOfSatisfying(
                                ApiException.class, e -> assertThat(e.code()).isEqualTo(503));
                answering.join(5000);
            }
        }
    }

    private String text() {
        return answer.toString(StandardCharsets.UTF_8);
    }

    private void run(String method, String path, String query, String body) throws IOException {
        run(method, path, query, body, backend.getAddress().getPort());
    }

    private void run(String method, String path, String query, String body, int port) throws IOException {
        answered.clear();
        ProxyTarget target = new ProxyTarget("http", "127.0.0.1", port);
        new ProxyExchange(request(method, path, query, body), response(), Runnable::run)
                .run(new ApiResponse.ProxyResponse(target, List.of(), told::add, () -> ended++));
    }

    private HttpServletRequest request(String method, String path, String query, String body) {
        ByteArrayInputStream bytes = new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8));
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.put("Host", "api:6443");
        headers.putAll(sent);
        return (HttpServletRequest) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (self, called, arguments) -> switch (called.getName()) {
                    case "getMethod" -> method;
                    case "getRequestURI" -> BASE + path;
                    case "getQueryString" -> query;
                    case "getRemoteAddr" -> "192.0.2.7";
                    case "getHeader" -> headers.get(arguments[0]);
                    case "getHeaders" ->
                        headers.containsKey(arguments[0])
                                ? Collections.enumeration(List.of(headers.get(arguments[0])))
                                : Collections.emptyEnumeration();
                    case "getHeaderNames" -> Collections.enumeration(headers.keySet());
                    case "getContentLengthLong" ->
                        headers.containsKey("Transfer-Encoding") || body.isEmpty() ? -1L : (long) body.length();
                    case "getInputStream" -> new Body(bytes);
                    default -> throw new UnsupportedOperationException(called.getName());
                });
    }

    private HttpServletResponse response() {
        return (HttpServletResponse) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {HttpServletResponse.class}, (self, called, arguments) -> {
                    switch (called.getName()) {
                        case "setStatus" -> status = (int) arguments[0];
                        case "addHeader", "setHeader" -> answered.put((String) arguments[0], (String) arguments[1]);
                        case "setContentLengthLong" -> answered.put("Content-Length", arguments[0].toString());
                        case "getOutputStream" -> {
                            return new Answer(answer);
                        }
                        default -> throw new UnsupportedOperationException(called.getName());
                    }
                    return null;
                });
    }

    private static final class Body extends ServletInputStream {
        private final ByteArrayInputStream bytes;

        Body(ByteArrayInputStream bytes) {
            this.bytes = bytes;
        }

        @Override
        public boolean isFinished() {
            return bytes.available() == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read() {
            return bytes.read();
        }
    }

    private static final class Answer extends ServletOutputStream {
        private final ByteArrayOutputStream bytes;

        Answer(ByteArrayOutputStream bytes) {
            this.bytes = bytes;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(int b) {
            bytes.write(b);
        }
    }
}
