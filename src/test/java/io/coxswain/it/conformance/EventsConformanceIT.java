package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.api;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.delete;
import static io.coxswain.it.conformance.Requests.expect;
import static io.coxswain.it.conformance.Requests.json;
import static io.coxswain.it.conformance.Requests.names;
import static io.coxswain.it.conformance.Requests.read;
import static io.coxswain.it.conformance.Requests.strategic;
import static io.coxswain.it.conformance.Requests.update;
import static io.coxswain.it.conformance.Requests.with;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Events in both their forms. */
class EventsConformanceIT extends ConformanceSuite {
    @Test
    @DisplayName("instrumentation | Events | core events lifecycle")
    void coreEvent() {
        String namespace = namespace();
        String events = collection("v1", namespace, "events");
        create(events, core(namespace, "event-test"));
        String everywhere = "/api/v1/events?labelSelector=testevent-constant%3Dstatic";
        assertThat(names(everywhere)).containsExactly("event-test");
        strategic(events + "/event-test", "{\"message\":\"This is a test event - patched\"}");
        JsonObject fetched = read(events + "/event-test");
        assertThat(text(fetched, "message")).isEqualTo("This is a test event - patched");
        update(events + "/event-test", now -> with(now, json("""
                        {"count":100,"lastObservedTime":"2026-01-02T03:04:05.000006Z"}"""), "series"));
        fetched = read(events + "/event-test");
        assertThat(text(fetched, "series", "count")).isEqualTo("100");
        assertThat(text(fetched, "series", "lastObservedTime")).isEqualTo("2026-01-02T03:04:05.000006Z");
        delete(events + "/event-test");
        assertThat(names(everywhere)).isEmpty();
    }

    @Test
    @DisplayName("instrumentation | Events | core events delete collection")
    void coreEvents() {
        String namespace = namespace();
        String events = collection("v1", namespace, "events");
        collection(
                events,
                List.of(
                        core(namespace, "test-event-1"),
                        core(namespace, "test-event-2"),
                        core(namespace, "test-event-3")));
    }

    @Test
    @DisplayName("instrumentation | Events | events.k8s.io fetched, patched, deleted, listed")
    void newEvent() {
        String namespace = namespace();
        String events = collection("events.k8s.io/v1", namespace, "events");
        create(events, event(namespace, "event-test"));
        String byController = "?fieldSelector=reportingController%3Dtest-controller";
        assertThat(names(events + byController)).containsExactly("event-test");
        assertThat(names("/apis/events.k8s.io/v1/events" + byController)).contains("event-test");
        JsonObject got = read(events + "/event-test");
        assertThat(text(got, "regarding", "kind")).isEqualTo("Pod");
        assertThat(text(got, "series", "count")).isEqualTo("2");
        strategic(events + "/event-test", "{\"series\":{\"count\":3}}");
        JsonObject patched = read(events + "/event-test");
        assertThat(text(patched, "series", "count")).isEqualTo("3");
        assertThat(patched.get("regarding")).isEqualTo(got.get("regarding"));
        update(
                events + "/event-test",
                now -> with(now, json("{\"count\":4,\"lastObservedTime\":\"2026-01-02T03:04:05.000000Z\"}"), "series"));
        JsonObject updated = read(events + "/event-test");
        assertThat(text(updated, "series", "count")).isEqualTo("4");
        // The same object in the older form.
        JsonObject old = read(collection("v1", namespace, "events") + "/event-test");
        assertThat(text(old, "involvedObject", "kind")).isEqualTo("Pod");
        assertThat(text(old, "message")).isEqualTo("This is event-test");
        assertThat(text(old, "reportingComponent")).isEqualTo("test-controller");
        delete(events + "/event-test");
        assertThat(names(events + byController)).isEmpty();
        expect(404, api().get(collection("v1", namespace, "events") + "/event-test"));
    }

    @Test
    @DisplayName("instrumentation | Events | events.k8s.io delete collection")
    void newEvents() {
        String namespace = namespace();
        String events = collection("events.k8s.io/v1", namespace, "events");
        collection(
                events,
                List.of(
                        event(namespace, "test-event-1"),
                        event(namespace, "test-event-2"),
                        event(namespace, "test-event-3")));
    }

    private static void collection(String events, List<String> manifests) {
        manifests.forEach(manifest -> create(events, manifest));
        String labelled = events + "?labelSelector=testevent-constant%3Dstatic";
        assertThat(names(labelled)).containsExactly("test-event-1", "test-event-2", "test-event-3");
        expect(200, api().delete(labelled));
        assertThat(names(labelled)).isEmpty();
    }

    private static String core(String namespace, String name) {
        return """
                apiVersion: v1
                kind: Event
                metadata:
                  name: %s
                  labels: {testevent-constant: static}
                message: This is a test event
                reason: Test
                type: Normal
                count: 1
                involvedObject: {namespace: %s}
                """.formatted(name, namespace);
    }

    private static String event(String namespace, String name) {
        return """
                apiVersion: events.k8s.io/v1
                kind: Event
                metadata:
                  name: %s
                  labels: {testevent-constant: static}
                regarding: {namespace: %s, kind: Pod, name: victim}
                eventTime: "2026-01-01T00:00:00.000000Z"
                note: This is %s
                action: Do
                reason: Test
                type: Normal
                reportingController: test-controller
                reportingInstance: test-node
                series: {count: 2, lastObservedTime: "2026-01-01T00:00:01.000000Z"}
                """.formatted(name, namespace, name);
    }
}
