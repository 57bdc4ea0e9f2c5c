package io.coxswain.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.coxswain.apiserver.request.ByteSource;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupResource;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import jakarta.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The wire side, against an HTTP server on loopback. TLS is the JDK's own matter. */
class HttpsTransportTest {
    private static final String PATH = "/api/v1/namespaces/ns/configmaps";

    private final ManualTimers timers = new ManualTimers();
    private final Map<String, byte[]> bodies = new ConcurrentHashMap<>();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private ExecutorService threads;
    private HttpServer server;
    private ApiClient client;

    @BeforeEach
    void startServer() throws IOException {
        threads = Executors.newCachedThreadPool();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        HttpClient http = HttpClient.newBuilder()
                .executor(threads)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        client = HttpsApiClients.client(uri, () -> http, "test", timers);
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void createsAndReadsTypedObjects() {
        answer("POST", PATH, 201, "{\"metadata\":{\"name\":\"a\",\"uid\":\"u\"},\"data\":{\"k\":\"v\"}}");
        ConfigMap created = client.resource(ResourceTypes.CONFIG_MAPS)
                .create(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName("a")
                        .endMetadata()
                        .build());
        assertThat(created.getData()).containsEntry("k", "v");
        assertThat(new String(bodies.get("POST"), StandardCharsets.UTF_8))
                .contains("\"kind\":\"ConfigMap\"")
                .contains("\"name\":\"a\"");
    }

    @Test
    void turnsAStatusIntoTheSameException() {
        ApiException sent = ApiException.conflict(new GroupResource("", "configmaps"), "a", "changed");
        answer("PATCH", PATH + "/a", 409, sent.status().toJson().toString());
        assertThatThrownBy(() -> client.resource(ResourceTypes.CONFIG_MAPS)
                        .patch("ns", "a", PatchType.MERGE, Json.createValue(1), "", WriteOptions.DEFAULT))
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.status()).isEqualTo(sent.status());
                    assertThat(e.isConflict()).isTrue();
                });
    }

    @Test
    void tellsAnAnswerThatIsNoStatus() {
        answer("GET", PATH + "/a", 502, "<html>bad gateway</html>");
        assertThatThrownBy(() -> client.resource(ResourceTypes.CONFIG_MAPS).get("ns", "a"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(502))
                .hasMessageContaining("bad gateway");
    }

    @Test
    void findsNothingForA404OfTheObjectItself() {
        String status = ApiException.notFound(new GroupResource("", "configmaps"), "a")
                .status()
                .toJson()
                .toString();
        answer("GET", PATH + "/a", 404, status);
        assertThat(client.resource(ResourceTypes.CONFIG_MAPS).find("ns", "a")).isEmpty();
    }

    @Test
    void reportsAServerThatIsNotThere() {
        server.stop(0);
        assertThatThrownBy(() -> client.resource(ResourceTypes.CONFIG_MAPS).get("ns", "a"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(503))
                .hasMessageStartingWith("unable to reach the API server");
    }

    @Test
    void listsWithOptionsInTheQuery() {
        answer(
                "GET",
                PATH,
                200,
                "{\"metadata\":{\"resourceVersion\":\"7\",\"continue\":\"t\",\"remainingItemCount\":3},"
                        + "\"items\":[{\"metadata\":{\"name\":\"a\"}}]}");
        ObjectList<ConfigMap> list = client.resource(ResourceTypes.CONFIG_MAPS)
                .list("ns", new ListOptions("a=b,c", "metadata.name!=x y", "0", 1, ""));
        assertThat(list.items()).hasSize(1);
        assertThat(list.resourceVersion()).isEqualTo("7");
        assertThat(list.continueToken()).isEqualTo("t");
        assertThat(list.remainingItems()).isEqualTo(3);
        assertThat(new String(bodies.get("query"), StandardCharsets.UTF_8))
                .isEqualTo("labelSelector=a=b,c&fieldSelector=metadata.name!=x y&resourceVersion=0&limit=1");
    }

    @Test
    void watchesLineByLineWhateverTheChunks() {
        stream(
                "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"name\":\"a\",\"resourceVersion\":\"1\"}}}\n{\"type\":",
                "\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"5\"}}}\n\n{\"type\":\"DELETED\",\"obj",
                "ect\":{\"metadata\":{\"name\":\"a\"}}}\n");
        watch();
        await("the watch's end").until(() -> heard.contains("closed"));
        assertThat(heard).containsExactly("ADDED a", "bookmark 5", "DELETED a", "closed");
    }

    @Test
    void endsAWatchWithTheErrorOfItsErrorEvent() {
        stream("{\"type\":\"ERROR\",\"object\":"
                + ApiException.expired("too old").status().toJson() + "}\n");
        watch();
        await("the watch's end").until(() -> !heard.isEmpty());
        assertThat(heard).containsExactly("closed 410 too old");
    }

    @Test
    void endsAWatchThatIsRefused() {
        answer("GET", PATH, 403, ApiException.forbidden("no").status().toJson().toString());
        watch();
        await("the watch's end").until(() -> !heard.isEmpty());
        assertThat(heard).containsExactly("closed 403 no");
    }

    @Test
    void endsAWatchOnGarbage() {
        stream("this is no JSON\n");
        watch();
        await("the watch's end").until(() -> !heard.isEmpty());
        assertThat(heard.get(0)).startsWith("closed 500 ");
    }

    @Test
    void streamsALog() throws IOException {
        server.createContext("/api/v1/namespaces/ns/pods/p/log", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                for (int i = 0; i < 1000; i++) {
                    out.write(("line " + i + "\n").getBytes(StandardCharsets.UTF_8));
                }
            }
        });
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (ByteSource source =
                client.resource(ResourceTypes.PODS).stream("ns", "p", "log", Map.of("follow", List.of("true")))) {
            byte[] buffer = new byte[100];
            await("the log's end").until(() -> {
                int count = source.read(buffer);
                while (count > 0) {
                    log.write(buffer, 0, count);
                    count = source.read(buffer);
                }
                return count < 0;
            });
        }
        assertThat(log.toString(StandardCharsets.UTF_8)).startsWith("line 0\n").endsWith("line 999\n");
        assertThat(log.size()).isEqualTo(8890);
    }

    @Test
    void failsToStreamWithTheServersStatus() {
        server.createContext(
                "/api/v1/namespaces/ns/pods/p/log",
                exchange -> send(
                        exchange,
                        400,
                        ApiException.badRequest("container x is waiting")
                                .status()
                                .toJson()
                                .toString()));
        assertThatThrownBy(() -> client.resource(ResourceTypes.PODS).stream("ns", "p", "log", Map.of()))
                .hasMessage("container x is waiting");
    }

    private void watch() {
        client.resource(ResourceTypes.CONFIG_MAPS).watch("ns", ListOptions.ALL, new WatchListener<>() {
            @Override
            public void onEvent(String type, ConfigMap object) {
                heard.add(type + " " + object.getMetadata().getName());
            }

            @Override
            public void onBookmark(String resourceVersion) {
                heard.add("bookmark " + resourceVersion);
            }

            @Override
            public void onClose(Optional<ApiException> error) {
                heard.add(error.map(e -> "closed " + e.code() + " " + e.getMessage())
                        .orElse("closed"));
            }
        });
    }

    private void stream(String... chunks) {
        server.createContext(PATH, exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                for (String chunk : chunks) {
                    out.write(chunk.getBytes(StandardCharsets.UTF_8));
                    out.flush();
                }
            }
        });
    }

    private void answer(String method, String path, int code, String body) {
        server.createContext(path, exchange -> {
            if (exchange.getRequestMethod().equals(method)) {
                bodies.put(method, exchange.getRequestBody().readAllBytes());
                String query = exchange.getRequestURI().getQuery();
                bodies.put("query", (query == null ? "" : query).getBytes(StandardCharsets.UTF_8));
                send(exchange, code, body);
            } else {
                send(exchange, 405, "wrong method " + exchange.getRequestMethod());
            }
        });
    }

    private static void send(HttpExchange exchange, int code, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(code, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
