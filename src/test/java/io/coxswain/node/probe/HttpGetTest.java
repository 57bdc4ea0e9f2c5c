package io.coxswain.node.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpGetTest {

    private static final Duration LIMIT = Duration.ofSeconds(2);

    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().toString();
            if (path.startsWith("/to/")) {
                exchange.getResponseHeaders().set("Location", path.substring(3));
                exchange.sendResponseHeaders(302, -1);
            } else if (path.startsWith("/away")) {
                exchange.getResponseHeaders().set("Location", "http://192.0.2.1:1/");
                exchange.sendResponseHeaders(302, -1);
            } else if (path.startsWith("/loop")) {
                exchange.getResponseHeaders().set("Location", "/loop");
                exchange.sendResponseHeaders(302, -1);
            } else {
                String text = path + "|" + exchange.getRequestHeaders().getFirst("Host") + "|"
                        + exchange.getRequestHeaders().getFirst("User-Agent") + "|"
                        + exchange.getRequestHeaders().getFirst("X-Mine");
                byte[] body = text.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(path.startsWith("/bad") ? 503 : 200, body.length);
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private HttpGet.Answer get(String path, Map<String, String> headers) throws IOException {
        return HttpGet.get(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path), headers, LIMIT);
    }

    @Test
    void sendsPathQueryAndHeaders() throws IOException {
        HttpGet.Answer answer = get("/a?b=c", Map.of("host", "my.example", "X-Mine", "1\r\nEvil: 2"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("/a?b=c|my.example|kube-probe/1.34|1  Evil: 2");
        assertThat(get("/bad", Map.of()).status()).isEqualTo(503);
    }

    @Test
    void followsRedirectsOnTheSameHostOnly() throws IOException {
        assertThat(get("/to/x", Map.of()).body()).startsWith("/x|");
        assertThat(get("/away", Map.of()).status()).isEqualTo(302);
        assertThat(get("/loop", Map.of()).status()).isEqualTo(302);
    }

    @Test
    void wordsFailuresAsGoDoes() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        assertThatThrownBy(() -> HttpGet.get(URI.create("http://127.0.0.1:" + free + "/"), Map.of(), LIMIT))
                .hasMessage("Get \"http://127.0.0.1:" + free + "/\": dial tcp 127.0.0.1:" + free
                        + ": connect: connection refused");
    }

    @Test
    void endsAfterItsTimeWhateverTheServerDoes() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            URI url = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/");
            long begun = System.nanoTime();
            assertThatThrownBy(() -> HttpGet.get(url, Map.of(), Duration.ofMillis(200)))
                    .hasMessageContaining("context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
            assertThat(System.nanoTime() - begun).isLessThan(900_000_000L);
        }
    }
}
