package io.coxswain.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what is written while nobody asks for anything: all resources but Leases, as watches tell. */
final class WritesAtRest {
    private WritesAtRest() {}

    /** Returns how often each object was written in so many seconds, as {@code resource namespace/name}. */
    static Map<String, Integer> count(Target target, PatientClient client, int seconds)
            throws IOException, InterruptedException {
        Map<String, Integer> writes = new TreeMap<>();
        List<Thread> threads = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        for (String path : watchable(client)) {
            String from = client.get(path + "?limit=1")
                    .body()
                    .at("/metadata/resourceVersion")
                    .asText();
            String query = "?watch=true&timeoutSeconds=" + seconds + "&resourceVersion=" + from;
            Thread thread = new Thread(() -> {
                try (HttpConnection connection = new HttpConnection(target);
                        var lines = new BufferedReader(
                                new InputStreamReader(connection.stream(path + query), StandardCharsets.UTF_8))) {
                    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                        JsonNode event = PatientClient.JSON.readTree(line);
                        JsonNode object = event.path("object");
                        String what = path.substring(path.lastIndexOf('/') + 1) + " " + ClusterView.namespace(object)
                                + "/" + ClusterView.name(object);
                        synchronized (writes) {
                            writes.merge(what, 1, Integer::sum);
                        }
                    }
                } catch (IOException e) {
                    synchronized (writes) {
                        failures.add(path + ": " + e.getMessage());
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (!failures.isEmpty()) {
            throw new IOException("not everything could be watched: " + failures);
        }
        return writes;
    }

    /** The collections that discovery names, but those of Leases. */
    private static List<String> watchable(PatientClient client) throws IOException, InterruptedException {
        List<String> groups = new ArrayList<>(List.of("/api/v1"));
        client.get("/apis")
                .body()
                .path("groups")
                .forEach(group -> groups.add(
                        "/apis/" + group.at("/preferredVersion/groupVersion").asText()));
        List<String> paths = new ArrayList<>();
        for (String group : groups) {
            for (JsonNode resource : client.get(group).body().path("resources")) {
                boolean watched = resource.path("verbs").toString().contains("\"watch\"");
                String name = resource.path("name").asText();
                // Events are in two groups, but they are the same objects.
                boolean twice = name.equals("events") && !group.equals("/api/v1");
                if (watched && !twice && !name.equals("leases")) {
                    paths.add(group + "/" + name);
                }
            }
        }
        return paths;
    }
}
