package io.coxswain.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;

/**
 * Makes clients of an API server elsewhere. Who the caller is follows from the TLS context's key: a node's certificate, as a
 * rule. Streams cost no thread while nothing comes.
 */
public final class HttpsApiClients {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private HttpsApiClients() {}

    /**
     * @param server such as {@code https://172.30.0.1:6443}
     * @param tls the client's key and the cluster's CA
     * @param executor runs the connection's work and the watch listeners
     * @param timers ends watches whose server has fallen silent
     */
    public static ApiClient client(URI server, SSLContext tls, String userAgent, Executor executor, Timers timers) {
        HttpClient http = HttpClient.newBuilder()
                .sslContext(tls)
                .connectTimeout(CONNECT_TIMEOUT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .executor(executor)
                .build();
        return client(server, http, userAgent, timers);
    }

    static ApiClient client(URI server, HttpClient http, String userAgent, Timers timers) {
        return new TransportClient(new HttpsTransport(http, server, userAgent, timers));
    }
}
