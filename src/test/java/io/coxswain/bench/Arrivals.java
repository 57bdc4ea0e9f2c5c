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

/** When a watch first told of each of a namespace's objects, by the number in its name. */
final class Arrivals implements AutoCloseable {
    private static final String METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

    private final Pattern name;
    private final String type;
    private final Map<Integer, Long> arrived = new ConcurrentHashMap<>();
    private final HttpConnection connection;
    private final Thread thread;
    private volatile boolean closing;
    private volatile String broken = "";

    /**
     * Opens the watch.
     *
     * @param query what else the watch is told, such as {@code &fieldSelector=}; URL-encoded
     * @param type of the event that counts: {@code ADDED} where an object first meets a selector
     * @param prefix of the names that count, which a number follows
     */
    Arrivals(Session session, String collection, String query, String type, String prefix) throws IOException {
        this.name = Pattern.compile("\"name\":\"" + prefix + "(\\d+)[-\"]");
        this.type = "{\"type\":\"" + type + "\"";
        long since = session.revision(collection);
        connection = new HttpConnection(session.target(), METADATA);
        var stream = connection.stream(collection + "?watch=true" + query + "&resourceVersion=" + since);
        thread = new Thread(
                null,
                () -> read(new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))),
                "arrivals",
                256 << 10);
        thread.setDaemon(true);
        thread.start();
    }

    /** Simulated pods of {@link SimulatedPod}, as soon as they meet a field selector. */
    static Arrivals ofPods(Session session, String pods, String selector) throws IOException {
        return new Arrivals(session, pods, "&fieldSelector=" + selector, "ADDED", SimulatedPod.PREFIX);
    }

    private void read(BufferedReader lines) {
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                long now = System.nanoTime();
                if (line.startsWith(type)) {
                    Matcher found = name.matcher(line);
                    if (found.find()) {
                        arrived.putIfAbsent(Integer.parseInt(found.group(1)), now);
                    }
                }
            }
            broken = "the watch ended";
        } catch (IOException e) {
            broken = closing ? "" : String.valueOf(e);
        }
    }

    /**
     * Waits until as many have arrived as were created.
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

    /** The time from each object's arrival at another watch to its arrival here; without those that have not arrived at both. */
    Load.Result after(Arrivals cause) {
        long[] durations = arrived.entrySet().stream()
                .filter(one -> cause.arrived.containsKey(one.getKey()))
                .mapToLong(one -> one.getValue() - cause.arrived.get(one.getKey()))
                .sorted()
                .toArray();
        return new Load.Result(durations, 1, 0, broken);
    }

    @Override
    public void close() throws Exception {
        closing = true;
        connection.close();
        thread.join(5_000);
    }
}
