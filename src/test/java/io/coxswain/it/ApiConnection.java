package io.coxswain.it;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/**
 * One caller of the API over TLS: who it is lies in its client certificate and its Authorization header. Requests are
 * bounded in time. Thread-safe.
 */
public final class ApiConnection {
    public static final String JSON = "application/json";
    public static final String YAML = "application/yaml";
    public static final String MERGE = "application/merge-patch+json";
    public static final String STRATEGIC = "application/strategic-merge-patch+json";
    public static final String JSON_PATCH = "application/json-patch+json";
    public static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final HttpClient http;
    private final String authorization;
    private final Map<String, String> always;

    private ApiConnection(HttpClient http, String authorization, Map<String, String> always) {
        this.http = http;
        this.authorization = authorization;
        this.always = Map.copyOf(always);
    }

    /** An answer. Bodies are read as UTF-8. */
    public record Answer(int status, HttpResponse<byte[]> response) {
        public String body() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public List<String> headers(String name) {
            return response.headers().allValues(name);
        }

        public JsonObject json() {
            try (JsonReader reader = Json.createReader(new StringReader(body()))) {
                return reader.readObject();
            } catch (RuntimeException e) {
                throw new AssertionError("no JSON object: " + this, e);
            }
        }

        /** As {@code 404 NotFound: message}. */
        @Override
        public String toString() {
            String text = body();
            return response.request().method() + " " + response.request().uri() + " -> " + status + " "
                    + (text.length() > 2000 ? text.substring(0, 2000) + "..." : text);
        }
    }

    /** The cluster's administrator, by the client certificate of the kubeconfig that the server made. */
    public static ApiConnection admin() {
        return Holder.ADMIN;
    }

    private static final class Holder {
        static final ApiConnection ADMIN = new ApiConnection(client(context(adminKeys())), "", Map.of());
        static final ApiConnection NOBODY = new ApiConnection(client(context(null)), "", Map.of());
    }

    public static ApiConnection anonymous() {
        return Holder.NOBODY;
    }

    /** A caller with a client certificate that {@code keys} holds under the password {@code changeit}. */
    public static ApiConnection withKeys(KeyStore keys) {
        return new ApiConnection(client(context(keys)), "", Map.of());
    }

    public static ApiConnection withAuthorization(String value) {
        return new ApiConnection(Holder.NOBODY.http, value, Map.of());
    }

    public static ApiConnection withToken(String token) {
        return withAuthorization("Bearer " + token);
    }

    /** The same caller, who sends these headers with every request, too. */
    public ApiConnection with(Map<String, String> headers) {
        return new ApiConnection(http, authorization, headers);
    }

    public Answer get(String path) {
        return send("GET", path, null, Map.of());
    }

    public Answer get(String path, String accept) {
        return send("GET", path, null, Map.of("Accept", accept));
    }

    public Answer delete(String path) {
        return send("DELETE", path, null, Map.of());
    }

    public Answer delete(String path, String options) {
        return send("DELETE", path, options.getBytes(StandardCharsets.UTF_8), Map.of("Content-Type", JSON));
    }

    public Answer post(String path, String json) {
        return send("POST", path, json.getBytes(StandardCharsets.UTF_8), Map.of("Content-Type", JSON));
    }

    public Answer post(String path, String body, String contentType) {
        return send("POST", path, body.getBytes(StandardCharsets.UTF_8), Map.of("Content-Type", contentType));
    }

    public Answer put(String path, String json) {
        return send("PUT", path, json.getBytes(StandardCharsets.UTF_8), Map.of("Content-Type", JSON));
    }

    public Answer patch(String path, String patch, String contentType) {
        return send("PATCH", path, patch.getBytes(StandardCharsets.UTF_8), Map.of("Content-Type", contentType));
    }

    public Answer send(
            String method, String path, byte @org.jspecify.annotations.Nullable [] body, Map<String, String> headers) {
        return send(
                http,
                request(path, headers)
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofByteArray(body))
                        .build());
    }

    private static Answer send(HttpClient http, HttpRequest request) {
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(request.method() + " " + request.uri() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Opens a watch; it ends when closed or when the path's timeoutSeconds are over. */
    public Watch watch(String path) {
        HttpRequest request = request(path, Map.of()).GET().build();
        try {
            return new Watch(http.send(request, HttpResponse.BodyHandlers.ofLines()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private HttpRequest.Builder request(String path, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("https://127.0.0.1:" + TestServer.get().apiPort() + path))
                .timeout(LIMIT);
        always.forEach(request::setHeader);
        headers.forEach(request::setHeader);
        if (!authorization.isEmpty()) {
            request.setHeader("Authorization", authorization);
        }
        return request;
    }

    /** The events of a watch, in order; each read waits for the next. */
    public static final class Watch implements AutoCloseable {
        private final int status;
        private final Stream<String> lines;
        private final java.util.Iterator<String> events;

        private Watch(HttpResponse<Stream<String>> response) {
            this.status = response.statusCode();
            this.lines = response.body();
            this.events = lines.iterator();
        }

        public int status() {
            return status;
        }

        public boolean hasNext() {
            return events.hasNext();
        }

        public JsonObject next() {
            try (JsonReader reader = Json.createReader(new StringReader(events.next()))) {
                return reader.readObject();
            }
        }

        @Override
        public void close() {
            lines.close();
        }
    }

    private static HttpClient client(SSLContext context) {
        return HttpClient.newBuilder()
                .sslContext(context)
                .connectTimeout(Duration.ofSeconds(20))
                .build();
    }

    /** Trusts the cluster's authority and nobody else. */
    static SSLContext context(@org.jspecify.annotations.Nullable KeyStore keys) {
        try {
            KeyStore trust = KeyStore.getInstance("PKCS12");
            trust.load(null, null);
            trust.setCertificateEntry(
                    "ca",
                    certificates(Files.readString(TestServer.get().data().resolve("pki/ca.crt")))
                            .get(0));
            TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusted.init(trust);
            KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            own.init(keys, "changeit".toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys == null ? null : own.getKeyManagers(), trusted.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    static KeyStore adminKeys() {
        try {
            String kubeconfig = Files.readString(TestServer.get().data().resolve("kubeconfig"));
            List<X509Certificate> chain = certificates(data(kubeconfig, "client-certificate-data"));
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            keys.setKeyEntry(
                    "client",
                    key(data(kubeconfig, "client-key-data")),
                    "changeit".toCharArray(),
                    chain.toArray(Certificate[]::new));
            return keys;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String data(String kubeconfig, String key) {
        Matcher matcher = Pattern.compile(key + ": ([A-Za-z0-9+/=]+)").matcher(kubeconfig);
        if (!matcher.find()) {
            throw new AssertionError("the kubeconfig has no " + key);
        }
        return new String(java.util.Base64.getDecoder().decode(matcher.group(1)), StandardCharsets.UTF_8);
    }

    private static List<X509Certificate> certificates(String pem) throws GeneralSecurityException {
        List<X509Certificate> chain = new ArrayList<>();
        for (Certificate certificate : CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))) {
            chain.add((X509Certificate) certificate);
        }
        return chain;
    }

    private static PrivateKey key(String pem) throws IOException {
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            Object key = parser.readObject();
            return new JcaPEMKeyConverter()
                    .getPrivateKey(key instanceof PEMKeyPair pair ? pair.getPrivateKeyInfo() : (PrivateKeyInfo) key);
        }
    }
}
