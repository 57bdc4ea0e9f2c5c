package io.coxswain.it.conformance;

import static io.coxswain.it.conformance.Requests.api;
import static io.coxswain.it.conformance.Requests.expect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coxswain.e2e.Shell;
import io.coxswain.it.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real kubectl, where no pod has to run. */
class KubectlConformanceIT extends ConformanceSuite {
    @TempDir
    Path directory;

    private Kubectl kubectl;

    @BeforeEach
    void configure() {
        kubectl = Kubectl.in(directory);
    }

    @Test
    @DisplayName("cli | kubectl | api-versions")
    void apiVersions() {
        assertThat(kubectl.run("kubectl api-versions").lines())
                .contains("v1", "apps/v1", "resource.k8s.io/v1")
                .isSorted();
    }

    @Test
    @DisplayName("cli | kubectl | cluster-info")
    void clusterInfo() {
        // Between the words and the address kubectl puts colours.
        assertThat(kubectl.run("kubectl cluster-info"))
                .containsPattern("Kubernetes control plane.*is running at.*https://127.0.0.1:"
                        + TestServer.get().apiPort());
    }

    @Test
    @DisplayName("cli | kubectl | version")
    void version() {
        assertThat(kubectl.run("kubectl version"))
                .containsPattern("Client Version: v1\\.\\d+\\.\\d+")
                .containsPattern("Server Version: v1\\.34\\.\\d+");
        assertThat(kubectl.run("kubectl version -o json")).contains("\"gitVersion\"", "\"platform\"", "\"goVersion\"");
    }

    @Test
    @DisplayName("cli | kubectl | diff for Deployments")
    void diff() {
        String namespace = namespace();
        String manifest = """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: httpd-deployment, namespace: %s}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: httpd}}
                  template:
                    metadata: {labels: {app: httpd}}
                    spec:
                      containers:
                      - {name: httpd, image: "httpd:2.4.38"}
                """.formatted(namespace);
        kubectl.file("httpd.yaml", manifest);
        kubectl.run("kubectl create -f $DIR/httpd.yaml");
        kubectl.file("httpd.yaml", manifest.replace("httpd:2.4.38", "busybox:1.29"));
        Shell.Result difference = kubectl.attempt("kubectl diff -f $DIR/httpd.yaml");
        assertThat(difference.exitCode()).as(difference.output()).isEqualTo(1);
        assertThat(difference.output().lines().map(String::strip))
                .contains("-      - image: httpd:2.4.38", "+      - image: busybox:1.29");
        expect(200, api().get(collection("apps/v1", namespace, "deployments") + "/httpd-deployment"));
    }

    @Test
    @DisplayName("cli | kubectl | proxy --port 0")
    void proxyOnAnyPort() throws Exception {
        Process proxy = kubectl.start("kubectl proxy -p 0 --disable-filter");
        try (BufferedReader output = proxy.inputReader(StandardCharsets.UTF_8)) {
            Matcher address = Pattern.compile("127\\.0\\.0\\.1:\\d+").matcher(output.readLine());
            assertThat(address.find()).isTrue();
            HttpResponse<String> answer = HttpClient.newBuilder()
                    // kubectl takes an offer of HTTP/2 for an upgrade to a stream
                    .version(HttpClient.Version.HTTP_1_1)
                    .build()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://" + address.group() + "/api/"))
                                    .timeout(Duration.ofSeconds(20))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body()).contains("\"APIVersions\"", "\"versions\"");
        } finally {
            proxy.destroy();
        }
    }

    @Test
    @DisplayName("cli | kubectl | proxy --unix-socket")
    void proxyOnAUnixSocket() {
        Path socket = directory.resolve("proxy.sock");
        Process proxy = kubectl.start("kubectl proxy --unix-socket=" + socket);
        try {
            await("the socket").atMost(Requests.SOON).until(() -> Files.exists(socket));
            await("an answer")
                    .atMost(Requests.SOON)
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(ask(socket)).contains("HTTP/1.1 200", "APIVersions"));
        } finally {
            proxy.destroy();
        }
    }

    private static String ask(Path socket) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap("GET /api/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
