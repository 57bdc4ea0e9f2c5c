package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.api;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.delete;
import static io.coxswain.it.conformance.Requests.merge;
import static io.coxswain.it.conformance.Requests.next;
import static io.coxswain.it.conformance.Requests.read;
import static io.coxswain.it.conformance.Requests.watchAfter;
import static io.coxswain.it.conformance.Requests.watchFrom;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.it.ApiConnection.Watch;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Watches of ConfigMaps. */
class WatchConformanceIT extends ConformanceSuite {
    private static final String A = "multiple-watchers-A";
    private static final String B = "multiple-watchers-B";

    @Test
    @DisplayName("api-machinery | Watch | add/update/delete notifications on configmaps")
    void threeWatchers() {
        String maps = collection("v1", "configmaps");
        JsonObject list = read(maps);
        try (Watch a = watchAfter(list, maps, "watch-this-configmap=" + A);
                Watch b = watchAfter(list, maps, "watch-this-configmap=" + B);
                Watch both = watchAfter(list, maps, "watch-this-configmap%20in%20(" + A + "," + B + ")")) {
            live(maps, A, a, both);
            // Had the watch of B been told of A, that would come first.
            live(maps, B, b, both);
        }
    }

    private static void live(String maps, String name, Watch own, Watch both) {
        configMap(maps, name);
        String path = maps + "/" + path(name);
        mutate(path, 1);
        mutate(path, 2);
        delete(path);
        for (Watch watch : List.of(own, both)) {
            assertThat(mutation(next(watch, "ADDED"))).isEmpty();
            assertThat(mutation(next(watch, "MODIFIED"))).isEqualTo("1");
            assertThat(mutation(next(watch, "MODIFIED"))).isEqualTo("2");
            JsonObject deleted = next(watch, "DELETED");
            assertThat(mutation(deleted)).isEqualTo("2");
            assertThat(text(deleted, "metadata", "labels", "watch-this-configmap"))
                    .isEqualTo(name);
        }
    }

    @Test
    @DisplayName("api-machinery | Watch | start watching from specific resource version")
    void fromARevision() {
        String maps = collection("v1", "configmaps");
        JsonObject created = configMap(maps, "resource-version");
        String path = maps + "/" + path("resource-version");
        JsonObject first = mutate(path, 1);
        mutate(path, 2);
        delete(path);
        try (Watch watch = watchAfter(first, maps, "watch-this-configmap=resource-version")) {
            assertThat(mutation(next(watch, "MODIFIED"))).isEqualTo("2");
            assertThat(text(next(watch, "DELETED"), "metadata", "uid")).isEqualTo(text(created, "metadata", "uid"));
        }
    }

    @Test
    @DisplayName("api-machinery | Watch | restart watching from last resource version")
    void fromTheLastRevisionSeen() {
        String maps = collection("v1", "configmaps");
        String path = maps + "/" + path("watch-closed");
        JsonObject last;
        try (Watch watch = watchAfter(read(maps), maps, "watch-this-configmap=watch-closed")) {
            configMap(maps, "watch-closed");
            mutate(path, 1);
            next(watch, "ADDED");
            last = next(watch, "MODIFIED");
        }
        mutate(path, 2);
        delete(path);
        try (Watch watch = watchAfter(last, maps, "watch-this-configmap=watch-closed")) {
            assertThat(mutation(next(watch, "MODIFIED"))).isEqualTo("2");
            next(watch, "DELETED");
        }
    }

    @Test
    @DisplayName("api-machinery | Watch | deletion if it stops meeting the selector")
    void outOfTheSelectorAndBack() {
        String maps = collection("v1", "configmaps");
        String path = maps + "/" + path("label-changed");
        try (Watch watch = watchAfter(read(maps), maps, "watch-this-configmap=label-changed")) {
            configMap(maps, "label-changed");
            mutate(path, 1);
            merge(path, "{\"metadata\":{\"labels\":{\"watch-this-configmap\":\"wrong-value\"}}}");
            next(watch, "ADDED");
            next(watch, "MODIFIED");
            JsonObject left = next(watch, "DELETED");
            assertThat(mutation(left)).isEqualTo("1");
            assertThat(text(left, "metadata", "labels", "watch-this-configmap")).isEqualTo("label-changed");
            mutate(path, 2); // not told
            JsonObject back = merge(path, "{\"metadata\":{\"labels\":{\"watch-this-configmap\":\"label-changed\"}}}");
            mutate(path, 3);
            delete(path);
            JsonObject added = next(watch, "ADDED");
            assertThat(mutation(added)).isEqualTo("2");
            assertThat(Requests.revision(added)).isEqualTo(Requests.revision(back));
            assertThat(mutation(next(watch, "MODIFIED"))).isEqualTo("3");
            assertThat(mutation(next(watch, "DELETED"))).isEqualTo("3");
        }
    }

    /** Each watcher begins at an event that an earlier one saw, while a writer goes on at random. */
    @Test
    @DisplayName("api-machinery | Watch | concurrent watches in same order")
    void oneOrderForAll() throws Exception {
        int watchers = 20;
        int events = 60;
        String maps = collection("v1", "configmaps");
        String start = text(read(maps), "metadata", "resourceVersion");
        ExecutorService executor = Executors.newFixedThreadPool(watchers);
        try {
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> writeAtRandom(maps, events), executor);
            List<String> reference = observe(maps, start, events);
            writer.get();
            List<Callable<List<String>>> later = new ArrayList<>();
            for (int i = 0; i < watchers; i++) {
                int from = i * 2;
                later.add(() -> observe(maps, reference.get(from).split(" ")[1], events - from - 1));
            }
            int from = 0;
            for (Future<List<String>> seen : executor.invokeAll(later)) {
                assertThat(seen.get()).isEqualTo(reference.subList(from + 1, events));
                from += 2;
            }
        } finally {
            executor.shutdownNow();
        }
    }

    private static List<String> observe(String maps, String revision, int count) {
        List<String> seen = new ArrayList<>();
        try (Watch watch = watchFrom(revision, maps, "watch-this-configmap=random")) {
            while (seen.size() < count && watch.hasNext()) {
                JsonObject event = watch.next();
                JsonObject object = event.getJsonObject("object");
                seen.add(event.getString("type") + " " + text(object, "metadata", "resourceVersion") + " "
                        + text(object, "metadata", "name"));
            }
        }
        return seen;
    }

    private static void writeAtRandom(String maps, int count) {
        Random random = new Random(34);
        List<String> there = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int what = there.isEmpty() ? 0 : random.nextInt(3);
            if (what == 0) {
                String name = "random-" + i;
                create(maps, """
                        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s","labels":{"watch-this-configmap":"random"}}}""".formatted(name));
                there.add(name);
            } else if (what == 1) {
                mutate(maps + "/" + there.get(random.nextInt(there.size())), i);
            } else {
                delete(maps + "/" + there.remove(random.nextInt(there.size())));
            }
        }
    }

    private static String path(String label) {
        return "e2e-watch-test-" + label.toLowerCase(java.util.Locale.ROOT);
    }

    private static JsonObject configMap(String maps, String label) {
        return create(maps, """
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s","labels":{"watch-this-configmap":"%s"}}}""".formatted(path(label), label));
    }

    private static JsonObject mutate(String path, int mutation) {
        JsonObject mutated = merge(path, "{\"data\":{\"mutation\":\"" + mutation + "\"}}");
        assertThat(mutation(api().get(path).json())).isEqualTo(Integer.toString(mutation));
        return mutated;
    }

    private static String mutation(JsonObject configMap) {
        return text(configMap, "data", "mutation");
    }
}
