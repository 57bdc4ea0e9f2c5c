package io.coxswain.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Makes clients of an API server elsewhere. Who the caller is follows from its certificate: a node's, as a rule. Streams cost no thread while nothing comes.
 */
public final class HttpsApiClients {
    private HttpsApiClients() {}

    /**
     * @param server such as {@code https://172.30.0.1:6443}
     * @param files the client's key and certificate and the cluster's CA; renewed ones are used from the next request on
     * @param executor runs the connection's work and the watch listeners
     * @param timers ends watches whose server has fallen silent
     */
    public static ApiClient client(
            URI server, CertificateFiles files, String userAgent, Executor executor, Timers timers) {
        return client(server, new HttpsConnections(files, executor), userAgent, timers);
    }

    static ApiClient client(URI server, Supplier<HttpClient> connections, String userAgent, Timers timers) {
        return new TransportClient(new HttpsTransport(connections, server, userAgent, timers));
    }
}
