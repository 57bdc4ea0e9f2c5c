package io.coxswain.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When each of a namespace's pods first met a field selector: a watch with that selector says {@code ADDED} then. The pods are
 * those of {@link #body}, by number.
 */
final class PodArrivals implements AutoCloseable {
    private static final String METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
    private static final Pattern NAME = Pattern.compile("\"name\":\"p-(\\d+)\"");

    private final Map<Integer, Long> arrived = new ConcurrentHashMap<>();
    private final HttpConnection connection;
    private final Thread thread;
    private volatile boolean closing;
    private volatile String broken = "";

    /** @param selector URL-encoded */
    PodArrivals(Session session, String pods, String selector) throws IOException {
        long since = session.revision(pods);
        connection = new HttpConnection(session.target(), METADATA);
        var stream = connection.stream(pods + "?watch=true&fieldSelector=" + selector + "&resourceVersion=" + since);
        thread = new Thread(
                null,
                () -> read(new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))),
                "arrivals",
                256 << 10);
        thread.setDaemon(true);
        thread.start();
    }

    /** A small pod that goes to simulated nodes. */
    static byte[] body(int number) {
        return ("{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"p-" + number + "\"},\"spec\":"
                        + spec() + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    static String spec() {
        return "{\"automountServiceAccountToken\":false,\"terminationGracePeriodSeconds\":1,"
                + "\"tolerations\":[{\"key\":\"simulated.coxswain.io/node\",\"operator\":\"Exists\"}],"
                + "\"containers\":[{\"name\":\"main\",\"image\":\"main:1\","
                + "\"resources\":{\"requests\":{\"cpu\":\"10m\",\"memory\":\"16Mi\"}}}]}";
    }

    private void read(BufferedReader lines) {
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                long now = System.nanoTime();
                if (line.startsWith("{\"type\":\"ADDED\"")) {
                    Matcher name = NAME.matcher(line);
                    if (name.find()) {
                        arrived.putIfAbsent(Integer.parseInt(name.group(1)), now);
                    }
                }
            }
            broken = "the watch ended";
        } catch (IOException e) {
            broken = closing ? "" : String.valueOf(e);
        }
    }

    /**
     * Waits until so many have arrived.
     *
     * @param sent when each was sent, by its number
     * @return the time each took from there; pods that did not arrive within the seconds are errors
     */
    Load.Result await(long begun, long[] sent, Load.Result created, int seconds) throws InterruptedException {
        int wanted = created.durations().length;
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        while (arrived.size() < wanted && broken.isEmpty() && System.nanoTime() < end) {
            Thread.sleep(5);
        }
        long last = arrived.values().stream().mapToLong(Long::longValue).max().orElse(System.nanoTime());
        long[] durations = arrived.entrySet().stream()
                .mapToLong(one -> one.getValue() - sent[one.getKey()])
                .toArray();
        Arrays.sort(durations);
        String error = broken.isEmpty() ? created.firstError() : broken;
        return new Load.Result(durations, (last - begun) / 1e9, created.errors() + wanted - durations.length, error);
    }

    @Override
    public void close() throws Exception {
        closing = true;
        connection.close();
        thread.join(5_000);
    }
}
