package io.coxswain.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Follows a resource as an informer does, on connections that {@link #drop} breaks: each watch goes on where the last one ended,
 * and what it tells has to fit what is known. Thread-safe.
 */
final class FollowedResource implements Runnable, AutoCloseable {
    private static final int PAUSE_MILLIS = 100;
    private static final int MOST_WATCH_SECONDS = 20;

    private final Target target;
    private final String resource;
    private final String path;
    private final Random random;
    private final Map<String, String> known = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();
    private String revision = "";
    private volatile HttpConnection open;
    private volatile boolean stopped;
    private int watches;
    private int expired;

    FollowedResource(Target target, String resource, long seed) {
        this.target = target;
        this.resource = resource;
        this.path = ClusterView.path(resource, "");
        this.random = new Random(seed + resource.hashCode());
    }

    String resource() {
        return resource;
    }

    synchronized int watches() {
        return watches;
    }

    /** How often history did not reach back, so that all was listed anew. */
    synchronized int expired() {
        return expired;
    }

    synchronized List<String> faults() {
        return List.copyOf(faults);
    }

    /** Breaks the connection of the present watch. */
    void drop() throws IOException {
        HttpConnection connection = open;
        if (connection != null) {
            connection.close();
        }
    }

    @Override
    public void close() throws IOException {
        stopped = true;
        drop();
    }

    /** What differs from a list. */
    synchronized List<String> compare(List<JsonNode> listed) {
        Map<String, String> there = new TreeMap<>();
        listed.forEach(object -> there.put(key(object), state(object)));
        List<String> differences = new ArrayList<>();
        there.forEach((key, state) -> {
            if (!state.equals(known.get(key))) {
                differences.add("watch: " + resource + " " + key + " is " + state + ", watches told " + known.get(key));
            }
        });
        known.forEach((key, state) -> {
            if (!there.containsKey(key)) {
                differences.add("watch: " + resource + " " + key + " is gone, watches told " + state);
            }
        });
        return differences;
    }

    @Override
    public void run() {
        while (!stopped) {
            try {
                if (revision.isEmpty()) {
                    list();
                }
                watch();
            } catch (IOException | RuntimeException broken) {
                // The connection was dropped, or the server was killed: try again.
            } finally {
                open = null;
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void list() throws IOException {
        try (HttpConnection connection = new HttpConnection(target)) {
            JsonNode list = PatientClient.JSON.readTree(connection.text("GET", path, "", new byte[0]));
            synchronized (this) {
                known.clear();
                list.path("items").forEach(object -> known.put(key(object), state(object)));
                revision = list.at("/metadata/resourceVersion").asText();
            }
        }
    }

    private void watch() throws IOException {
        int seconds = 1 + random.nextInt(MOST_WATCH_SECONDS);
        try (HttpConnection connection = new HttpConnection(target)) {
            String query =
                    "?watch=true&allowWatchBookmarks=true&timeoutSeconds=" + seconds + "&resourceVersion=" + revision;
            var lines =
                    new BufferedReader(new InputStreamReader(connection.stream(path + query), StandardCharsets.UTF_8));
            open = connection;
            synchronized (this) {
                watches++;
            }
            for (String line = lines.readLine(); line != null && !stopped; line = lines.readLine()) {
                if (line.endsWith("}")) { // a line that the kill cut off counts for nothing
                    hear(PatientClient.JSON.readTree(line));
                }
            }
        }
    }

    /** One event. */
    synchronized void hear(JsonNode event) {
        JsonNode object = event.path("object");
        String type = event.path("type").asText();
        if (type.equals("ERROR")) {
            expired++;
            revision = "";
            return;
        }
        String now = object.at("/metadata/resourceVersion").asText();
        if (!revision.isEmpty() && Long.parseLong(now) < Long.parseLong(revision)) {
            faults.add("watch: " + resource + " " + type + " of revision " + now + " after " + revision);
        }
        revision = now;
        String key = key(object);
        switch (type) {
            case "ADDED" -> {
                if (known.put(key, state(object)) != null) {
                    faults.add("watch: " + resource + " " + key + " was added twice");
                }
            }
            case "MODIFIED" -> {
                if (known.put(key, state(object)) == null) {
                    faults.add("watch: " + resource + " " + key + " was modified, but never added");
                }
            }
            case "DELETED" -> {
                if (known.remove(key) == null) {
                    faults.add("watch: " + resource + " " + key + " was deleted, but never added");
                }
            }
            default -> {
                // a bookmark tells a revision only
            }
        }
    }

    private static String key(JsonNode object) {
        return ClusterView.namespace(object) + "/" + ClusterView.name(object);
    }

    private static String state(JsonNode object) {
        return ClusterView.uid(object) + " at "
                + object.at("/metadata/resourceVersion").asText();
    }
}
