package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.api;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.delete;
import static io.coxswain.it.conformance.Requests.expect;
import static io.coxswain.it.conformance.Requests.merge;
import static io.coxswain.it.conformance.Requests.names;
import static io.coxswain.it.conformance.Requests.next;
import static io.coxswain.it.conformance.Requests.read;
import static io.coxswain.it.conformance.Requests.revision;
import static io.coxswain.it.conformance.Requests.update;
import static io.coxswain.it.conformance.Requests.watchAfter;
import static io.coxswain.it.conformance.Requests.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.it.ApiConnection.Watch;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The steps of upstream's "should support X API operations" tests, for any kind. The objects are called {@code PLURAL-0} and so on
 * and share a label.
 *
 * @param namespace empty for a kind of the whole cluster
 * @param body the manifest after its metadata
 */
record ApiOperations(String apiVersion, String plural, String kind, String namespace, String body) {
    private static final int OBJECTS = 3;
    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    static ApiOperations ofCluster(String apiVersion, String plural, String kind, String body) {
        return new ApiOperations(apiVersion, plural, kind, "", body);
    }

    String collection() {
        return namespace.isEmpty()
                ? "/apis/" + apiVersion + "/" + plural
                : ConformanceSuite.collection(apiVersion, namespace, plural);
    }

    String first() {
        return path(0);
    }

    private String path(int index) {
        return collection() + "/" + plural + "-" + index;
    }

    private String selector() {
        return "conformance-operations%3D" + plural;
    }

    /** All three discovery documents have it, and its subresources. */
    void discovered(String... subresources) {
        String group = apiVersion.substring(0, apiVersion.indexOf('/'));
        assertThat(read("/apis").getJsonArray("groups").getValuesAs(JsonObject.class))
                .filteredOn(listed -> listed.getString("name").equals(group))
                .singleElement()
                .satisfies(this::hasVersion);
        hasVersion(read("/apis/" + group));
        Map<String, JsonObject> resources = new TreeMap<>();
        read("/apis/" + apiVersion)
                .getJsonArray("resources")
                .getValuesAs(JsonObject.class)
                .forEach(resource -> resources.put(resource.getString("name"), resource));
        assertThat(resources).containsKey(plural);
        JsonObject resource = resources.get(plural);
        assertThat(resource.getString("kind")).isEqualTo(kind);
        assertThat(resource.getBoolean("namespaced")).isEqualTo(!namespace.isEmpty());
        assertThat(resource.getJsonArray("verbs").getValuesAs(jakarta.json.JsonString.class))
                .extracting(jakarta.json.JsonString::getString)
                .containsExactlyInAnyOrderElementsOf(VERBS);
        for (String subresource : subresources) {
            assertThat(resources).containsKey(plural + "/" + subresource);
        }
    }

    private void hasVersion(JsonObject group) {
        assertThat(group.getJsonArray("versions").getValuesAs(JsonObject.class))
                .extracting(version -> version.getString("groupVersion"))
                .contains(apiVersion);
    }

    void created() {
        for (int i = 0; i < OBJECTS; i++) {
            created(i);
        }
    }

    private JsonObject created(int index) {
        JsonObject created = create(collection(), """
                apiVersion: %s
                kind: %s
                metadata:
                  name: %s-%d
                  labels: {conformance-operations: %s}
                """.formatted(apiVersion, kind, plural, index, plural) + body);
        assertThat(text(created, "metadata", "uid")).hasSize(36);
        assertThat(revision(created)).isPositive();
        return created;
    }

    void gotAndListed() {
        JsonObject got = read(first());
        assertThat(text(got, "kind")).isEqualTo(kind);
        assertThat(text(got, "apiVersion")).isEqualTo(apiVersion);
        List<String> all =
                IntStream.range(0, OBJECTS).mapToObj(i -> plural + "-" + i).toList();
        assertThat(names(collection() + "?labelSelector=" + selector())).isEqualTo(all);
        if (!namespace.isEmpty()) {
            assertThat(names("/apis/" + apiVersion + "/" + plural + "?labelSelector=" + selector()))
                    .containsAll(all);
        }
    }

    /** A patch and an update, both seen by a watch that began at the list. */
    void patchedAndUpdatedUnderWatch() {
        JsonObject list = read(collection() + "?labelSelector=" + selector());
        try (Watch watch = watchAfter(list, collection(), selector())) {
            JsonObject before = read(first());
            JsonObject patched = merge(first(), "{\"metadata\":{\"annotations\":{\"patched\":\"true\"}}}");
            assertThat(text(patched, "metadata", "annotations", "patched")).isEqualTo("true");
            assertThat(revision(patched)).isGreaterThan(revision(before));
            JsonObject updated = update(first(), now -> with(now, "true", "metadata", "annotations", "updated"));
            assertThat(text(updated, "metadata", "annotations", "updated")).isEqualTo("true");
            JsonObject seen = next(watch, "MODIFIED", object -> annotated(object, "patched"));
            assertThat(text(seen, "metadata", "name")).isEqualTo(plural + "-0");
            if (!annotated(seen, "updated")) {
                next(watch, "MODIFIED", object -> annotated(object, "updated"));
            }
        }
    }

    private static boolean annotated(JsonObject object, String annotation) {
        return text(object, "metadata", "annotations", annotation).equals("true");
    }

    /** Reads, patches and updates the status; {@code status} is a field of it and the value it gets. */
    void status(String field, String status) {
        String path = first() + "/status";
        JsonObject before = read(path);
        assertThat(text(before, "kind")).isEqualTo(kind);
        assertThat(text(before, "metadata", "uid")).isEqualTo(text(read(first()), "metadata", "uid"));
        JsonObject patched = merge(
                path,
                "{\"metadata\":{\"annotations\":{\"patchedstatus\":\"true\"}},\"status\":{\"" + field + "\":" + status
                        + "}}");
        assertThat(text(patched, "metadata", "annotations", "patchedstatus")).isEqualTo("true");
        assertThat(patched.getJsonObject("status").get(field)).isEqualTo(Requests.json(status));
        assertThat(patched.get("spec")).as("the spec").isEqualTo(before.get("spec"));
        JsonObject updated = update(
                path,
                now -> with(
                        with(now, "true", "metadata", "annotations", "updatedstatus"),
                        Requests.json(status),
                        "status",
                        field));
        assertThat(text(updated, "metadata", "annotations", "updatedstatus")).isEqualTo("true");
        assertThat(updated.getJsonObject("status").get(field)).isEqualTo(Requests.json(status));
        assertThat(read(first()).getJsonObject("status").get(field)).isEqualTo(Requests.json(status));
    }

    /** One alone, then the others as a collection; the watch sees each go. */
    void deleted() {
        JsonObject list = read(collection() + "?labelSelector=" + selector());
        try (Watch watch = watchAfter(list, collection(), selector())) {
            delete(first());
            Requests.awaitGone(first());
            assertThat(names(collection() + "?labelSelector=" + selector())).hasSize(OBJECTS - 1);
            expect(200, api().delete(collection() + "?labelSelector=" + selector()));
            for (int i = 1; i < OBJECTS; i++) {
                Requests.awaitGone(path(i));
            }
            assertThat(names(collection() + "?labelSelector=" + selector())).isEmpty();
            List<String> gone = new ArrayList<>();
            for (int i = 0; i < OBJECTS; i++) {
                gone.add(text(next(watch, "DELETED", object -> true), "metadata", "name"));
            }
            assertThat(gone)
                    .startsWith(plural + "-0")
                    .containsExactlyInAnyOrderElementsOf(IntStream.range(0, OBJECTS)
                            .mapToObj(i -> plural + "-" + i)
                            .toList());
        }
    }
}
