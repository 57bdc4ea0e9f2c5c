package io.coxswain.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Watches as Kubernetes' own clients hold them: streams of HTTP/2, many on a connection. Nobody reads them until asked. */
final class Http2Watches implements AutoCloseable {
    private static final int STREAMS = 100;
    private static final long SECONDS = 120;

    private final ExecutorService executor = Executors.newFixedThreadPool(8, work -> {
        Thread thread = new Thread(work, "http2");
        thread.setDaemon(true);
        return thread;
    });
    private final List<HttpClient> clients = new ArrayList<>(); // an unreachable one would end its connection
    private final List<InputStream> streams = new ArrayList<>();

    Http2Watches(Target target, String path, int count) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("https://" + target.host() + ":" + target.port() + path));
        if (!target.token().isEmpty()) {
            request.header("Authorization", "Bearer " + target.token());
        }
        while (streams.size() < count) {
            HttpClient client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_2)
                    .sslContext(target.tls())
                    .executor(executor)
                    .build();
            clients.add(client);
            add(client.send(request.build(), BodyHandlers.ofInputStream())); // the others are to find its connection
            List<CompletableFuture<HttpResponse<InputStream>>> opening = new ArrayList<>();
            for (int i = 1; i < Math.min(STREAMS, count - streams.size() + 1); i++) {
                opening.add(client.sendAsync(request.build(), BodyHandlers.ofInputStream()));
            }
            for (CompletableFuture<HttpResponse<InputStream>> one : opening) {
                add(one.get(SECONDS, TimeUnit.SECONDS));
            }
        }
    }

    private void add(HttpResponse<InputStream> response) throws IOException {
        if (response.version() != HttpClient.Version.HTTP_2 || response.statusCode() != 200) {
            throw new IOException("a watch was answered with " + response.statusCode() + " over " + response.version());
        }
        streams.add(response.body());
    }

    int count() {
        return streams.size();
    }

    /** How many of them have something to read, once all have or a minute has passed. */
    long hearing() throws IOException, InterruptedException {
        long end = System.nanoTime() + SECONDS * 500_000_000;
        while (true) {
            long heard = 0;
            for (InputStream stream : streams) {
                heard += stream.available() > 0 ? 1 : 0;
            }
            if (heard == streams.size() || System.nanoTime() > end) {
                return heard;
            }
            Thread.sleep(100);
        }
    }

    @Override
    public void close() throws IOException {
        for (InputStream stream : streams) {
            stream.close();
        }
        clients.clear();
        executor.shutdown();
    }
}
