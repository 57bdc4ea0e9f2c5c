package io.coxswain.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.coxswain.bootstrap.config.ApiServerConfig;
import io.coxswain.bootstrap.config.ClusterConfig;
import io.coxswain.bootstrap.config.PkiConfig;
import io.coxswain.bootstrap.config.ServerConfig;
import io.coxswain.bootstrap.config.Settings;
import io.coxswain.bootstrap.config.SettingsSource;
import io.coxswain.bootstrap.pki.ClusterPki;
import io.coxswain.meta.ApiException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node's own certificate, as the cluster's authority makes it, on real TLS connections over loopback. */
class HttpsConnectionsTest {
    @TempDir
    private Path data;

    private final List<X509Certificate> shown = new CopyOnWriteArrayList<>();
    private ExecutorService threads;
    private HttpsServer server;
    private Path node;
    private ApiClient client;

    @BeforeEach
    void startServer() throws Exception {
        node = Files.createDirectories(data.resolve("nodes").resolve("node-1"));
        pki().ensure();
        threads = Executors.newCachedThreadPool();
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        // The server's side may be any certificate of the authority that names 127.0.0.1: its own key store.
        javax.net.ssl.SSLContext context = ServingContext.of(data.resolve("pki"));
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters tls = context.getDefaultSSLParameters();
                tls.setNeedClientAuth(true);
                parameters.setSSLParameters(tls);
            }
        });
        server.createContext("/", exchange -> {
            shown.add(
                    (X509Certificate) ((HttpsExchange) exchange).getSSLSession().getPeerCertificates()[0]);
            exchange.getRequestBody().readAllBytes();
            byte[] answer = "{\"metadata\":{\"name\":\"a\"}}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.setExecutor(threads);
        server.start();
        client = HttpsApiClients.client(
                URI.create("https://127.0.0.1:" + server.getAddress().getPort()),
                new CertificateFiles(
                        data.resolve("pki/ca.crt"), node.resolve("client.crt"), node.resolve("client.key")),
                "kubelet/test",
                threads,
                new ManualTimers());
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void showsTheNodesCertificate() {
        get();
        assertThat(shown).hasSize(1);
        assertThat(shown.get(0).getSubjectX500Principal().getName())
                .contains("CN=system:node:node-1")
                .contains("O=system:nodes");
    }

    @Test
    void aRenewedCertificateIsShownFromTheNextRequestOn() throws Exception {
        get();
        Files.delete(node.resolve("client.crt"));
        assertThat(pki().ensureNodes()).hasSize(1);
        get();
        assertThat(shown).hasSize(2);
        assertThat(shown.get(1).getSerialNumber()).isNotEqualTo(shown.get(0).getSerialNumber());
    }

    @Test
    void goesOnWithTheOldOneWhileTheNewOneIsHalfWritten() throws Exception {
        get();
        Files.delete(node.resolve("client.crt"));
        get();
        Files.writeString(node.resolve("client.crt"), "-----BEGIN CERT");
        get();
        assertThat(shown).hasSize(3);
        assertThat(shown).containsOnly(shown.get(0));
    }

    @Test
    void saysThatThereIsNoCertificateYetAndFindsItLater() throws Exception {
        Files.delete(node.resolve("client.crt"));
        assertThatThrownBy(this::get)
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(503))
                .hasMessageContaining("client.crt");
        pki().ensureNodes();
        get();
        assertThat(shown).hasSize(1);
    }

    @Test
    void trustsNobodyElse(@TempDir Path other) throws Exception {
        Files.copy(
                new Other(other).authority(),
                data.resolve("pki/ca.crt"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(this::get)
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("unable to reach the API server");
        assertThat(shown).isEmpty();
    }

    private void get() {
        client.resource(ResourceTypes.CONFIG_MAPS).get("ns", "a");
    }

    private ClusterPki pki() {
        return pki(data);
    }

    private static ClusterPki pki(Path directory) {
        Properties properties = new Properties();
        properties.setProperty("coxswain.data-dir", directory.toString());
        properties.setProperty("coxswain.api.advertise-address", "127.0.0.1");
        Settings settings = Settings.read(SettingsSource.of(properties, Map.of()));
        return new ClusterPki(
                settings.get(ServerConfig.class),
                settings.get(ApiServerConfig.class),
                settings.get(ClusterConfig.class),
                settings.get(PkiConfig.class),
                "",
                Clock.systemUTC());
    }

    /** Another cluster's authority. */
    private record Other(Path directory) {
        Path authority() {
            pki(directory).ensure();
            return directory.resolve("pki/ca.crt");
        }
    }

    /** The cluster's serving key store, as Liberty loads it. */
    private static final class ServingContext {
        static javax.net.ssl.SSLContext of(Path pki) throws Exception {
            String text = Files.readString(pki.resolve("liberty.xml"));
            String mark = "name=\"pki.store.password\" value=\"";
            int from = text.indexOf(mark) + mark.length();
            char[] password = text.substring(from, text.indexOf('"', from)).toCharArray();
            java.security.KeyStore keys =
                    java.security.KeyStore.getInstance(pki.resolve("server.p12").toFile(), password);
            java.security.KeyStore trust =
                    java.security.KeyStore.getInstance(pki.resolve("trust.p12").toFile(), password);
            var own =
                    javax.net.ssl.KeyManagerFactory.getInstance(javax.net.ssl.KeyManagerFactory.getDefaultAlgorithm());
            own.init(keys, password);
            var others = javax.net.ssl.TrustManagerFactory.getInstance(
                    javax.net.ssl.TrustManagerFactory.getDefaultAlgorithm());
            others.init(trust);
            var context = javax.net.ssl.SSLContext.getInstance("TLS");
            context.init(own.getKeyManagers(), others.getTrustManagers(), null);
            return context;
        }
    }
}
