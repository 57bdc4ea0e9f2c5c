package io.coxswain.it;

import io.coxswain.it.RequestMutator.Request;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * Sends broken requests over a few HTTP/2 connections, as clients of Kubernetes do. Over HTTP/1.1 Liberty closes the
 * connection after each error, so that a thousand refusals are a thousand TLS handshakes; that way goes only what no client
 * library sends. Thread-safe.
 */
final class HostileClients {
    /** What came back; status 0 if the server hung up. */
    record Reply(int status, String body) {}

    private static final int CONNECTIONS = 4;

    private final SSLContext context = ApiConnection.context(ApiConnection.adminKeys());
    private final List<HttpClient> clients = new ArrayList<>();
    private final HttpClient stranger = client(ApiConnection.context(null));

    HostileClients() {
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.add(client(context));
        }
    }

    private static HttpClient client(SSLContext context) {
        return HttpClient.newBuilder()
                .sslContext(context)
                .connectTimeout(Duration.ofSeconds(30))
                .build();
    }

    /** The request as a client library can send it, or null if it cannot. */
    static @org.jspecify.annotations.Nullable HttpRequest polite(Request request, String agent) {
        try {
            HttpRequest.Builder http = HttpRequest.newBuilder(URI.create(
                            "https://127.0.0.1:" + TestServer.get().apiPort() + request.path() + request.query()))
                    .timeout(Duration.ofSeconds(60))
                    .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(request.body()))
                    .setHeader("User-Agent", agent);
            request.headers().forEach(http::setHeader);
            return http.build();
        } catch (IllegalArgumentException impolite) {
            return null;
        }
    }

    Reply send(int number, HttpRequest request) throws IOException, InterruptedException {
        return send(clients.get(number % CONNECTIONS), request);
    }

    /** Without a client certificate. */
    Reply sendAsStranger(HttpRequest request) throws IOException, InterruptedException {
        return send(stranger, request);
    }

    private static Reply send(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            // What succeeds may be a watch; closing it cancels the stream.
            boolean stream =
                    response.statusCode() < 400 && request.uri().toString().contains("watch");
            return new Reply(
                    response.statusCode(), stream ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** One HTTP/1.1 exchange of bytes that may be no HTTP at all. */
    Reply sendRaw(Request request) throws IOException {
        try (RawConnection connection = new RawConnection(context)) {
            RawConnection.Reply reply = connection.exchange(request.bytes());
            return new Reply(reply.status(), reply.body());
        } catch (EOFException e) {
            return new Reply(0, "");
        }
    }
}
