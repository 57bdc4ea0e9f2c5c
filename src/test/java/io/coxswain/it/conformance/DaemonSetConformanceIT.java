package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.delete;
import static io.coxswain.it.conformance.Requests.deleteCollection;
import static io.coxswain.it.conformance.Requests.eventually;
import static io.coxswain.it.conformance.Requests.eventuallyItems;
import static io.coxswain.it.conformance.Requests.items;
import static io.coxswain.it.conformance.Requests.merge;
import static io.coxswain.it.conformance.Requests.names;
import static io.coxswain.it.conformance.Requests.read;
import static io.coxswain.it.conformance.Requests.status;
import static io.coxswain.it.conformance.Requests.watchAfter;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.it.ApiConnection.Watch;
import jakarta.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What upstream's tests of DaemonSets ask for. */
class DaemonSetConformanceIT extends SimulatedNodeSuite {
    private static final String SELECTOR = "daemonset-name=daemon-set";
    private static final PodTemplate TEMPLATE = PodTemplate.of("daemonset-name: daemon-set");

    @Test
    @DisplayName("apps | DaemonSet | run and stop simple daemon")
    void simpleDaemon() {
        String namespace = namespace();
        String pods = collection("v1", namespace, "pods");
        create(collection("apps/v1", namespace, "daemonsets"), daemonSet("", TEMPLATE));
        JsonObject stopped = onEveryNode(pods).get(0);
        delete(pods + "/" + name(stopped));
        eventuallyItems(pods, found -> found.stream().noneMatch(pod -> uid(pod).equals(uid(stopped))));
        assertThat(onEveryNode(pods))
                .anySatisfy(
                        pod -> assertThat(text(pod, "spec", "nodeName")).isEqualTo(text(stopped, "spec", "nodeName")));
    }

    @Test
    @DisplayName("apps | DaemonSet | run and stop complex daemon")
    void complexDaemon() {
        String namespace = namespace();
        String pods = collection("v1", namespace, "pods");
        String path = collection("apps/v1", namespace, "daemonsets") + "/daemon-set";
        String node = NAMES.get(0);
        create(
                collection("apps/v1", namespace, "daemonsets"),
                daemonSet("updateStrategy: {type: OnDelete}", colored("blue")));
        eventually(path, set -> status(set, "observedGeneration") == 1);
        assertThat(items(pods)).isEmpty();
        try {
            color(node, "\"blue\"");
            assertThat(text(readyPods(pods, SELECTOR, 1).get(0), "spec", "nodeName"))
                    .isEqualTo(node);
            eventually(path, set -> status(set, "numberAvailable") == 1 && status(set, "desiredNumberScheduled") == 1);
            color(node, "\"green\"");
            eventuallyItems(pods, List::isEmpty);
            changeTemplate(path, colored("green"));
            merge(path, "{\"spec\":{\"updateStrategy\":{\"type\":\"RollingUpdate\"}}}");
            assertThat(text(readyPods(pods, SELECTOR, 1).get(0), "spec", "nodeName"))
                    .isEqualTo(node);
            eventually(path, set -> status(set, "numberAvailable") == 1);
        } finally {
            color(node, "null");
        }
    }

    private static PodTemplate colored(String color) {
        return TEMPLATE.spec("affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
                + "{nodeSelectorTerms: [{matchExpressions: [{key: daemonset-color, operator: In, values: [" + color
                + "]}]}]}}}");
    }

    private static void color(String node, String color) {
        merge(NODES + "/" + node, "{\"metadata\":{\"labels\":{\"daemonset-color\":" + color + "}}}");
    }

    @Test
    @DisplayName("apps | DaemonSet | retry creating failed daemon pods")
    void failedPod() {
        String namespace = namespace();
        String pods = collection("v1", namespace, "pods");
        create(collection("apps/v1", namespace, "daemonsets"), daemonSet("", TEMPLATE));
        JsonObject failed = onEveryNode(pods).get(0);
        merge(pods + "/" + name(failed) + "/status", "{\"status\":{\"phase\":\"Failed\"}}");
        Requests.awaitGone(pods + "/" + name(failed));
        assertThat(onEveryNode(pods)).noneMatch(pod -> uid(pod).equals(uid(failed)));
    }

    @Test
    @DisplayName("apps | DaemonSet | RollingUpdate")
    void rollingUpdate() {
        String namespace = namespace();
        String pods = collection("v1", namespace, "pods");
        String revisions = collection("apps/v1", namespace, "controllerrevisions");
        String sets = collection("apps/v1", namespace, "daemonsets");
        create(sets, daemonSet("updateStrategy: {type: RollingUpdate}", TEMPLATE.image("web:1")));
        List<JsonObject> before = onEveryNode(pods);
        JsonObject first = revision(revisions, 1);
        assertThat(before).allSatisfy(pod -> assertThat(revisionHash(pod)).isEqualTo(revisionHash(first)));

        try (Watch watch = watchAfter(read(pods), pods, SELECTOR)) {
            changeTemplate(sets + "/daemon-set", TEMPLATE.image("web:2"));
            oneAtATime(watch, before);
        }
        JsonObject second = revision(revisions, 2);
        assertThat(revisionHash(second)).isNotEqualTo(revisionHash(first));
        assertThat(onEveryNode(pods)).allSatisfy(pod -> {
            assertThat(image(pod)).isEqualTo("web:2");
            assertThat(revisionHash(pod)).isEqualTo(revisionHash(second));
        });
        eventually(
                sets + "/daemon-set",
                set -> status(set, "updatedNumberScheduled") == 3 && status(set, "numberAvailable") == 3);
    }

    /** Follows the pods until all are new; at no time is more than one of the nodes without a ready pod. */
    private static void oneAtATime(Watch watch, List<JsonObject> before) {
        Map<String, JsonObject> now = before.stream().collect(Collectors.toMap(pod -> name(pod), pod -> pod));
        while (!now.values().stream().allMatch(pod -> image(pod).equals("web:2") && Requests.isTrue(pod, "Ready"))
                || now.size() < NAMES.size()) {
            JsonObject event = watch.next();
            JsonObject pod = event.getJsonObject("object");
            if (event.getString("type").equals("DELETED")) {
                now.remove(name(pod));
            } else {
                now.put(name(pod), pod);
            }
            assertThat(now.values())
                    .filteredOn(each -> Requests.isTrue(each, "Ready"))
                    .as("ready pods after %s", event)
                    .hasSizeGreaterThanOrEqualTo(NAMES.size() - 1);
        }
    }

    @Test
    @DisplayName("apps | DaemonSet | rollback without unnecessary restarts")
    void rollback() {
        String namespace = namespace();
        String pods = collection("v1", namespace, "pods");
        String sets = collection("apps/v1", namespace, "daemonsets");
        PodTemplate good = TEMPLATE.image("web:1").script("image-error: none");
        create(sets, daemonSet("updateStrategy: {type: RollingUpdate}", good));
        onEveryNode(pods);
        changeTemplate(sets + "/daemon-set", TEMPLATE.image("foo:non-existent").script("image-error: not-found"));
        // The rollout stops at the first of its pods.
        List<JsonObject> midway = eventuallyItems(
                pods,
                found -> found.size() == 3
                        && found.stream()
                                .anyMatch(pod -> image(pod).equals("foo:non-existent")
                                        && text(pod, "status", "containerStatuses")
                                                .contains("ImagePull")));
        Set<String> existing = midway.stream()
                .filter(pod -> image(pod).equals("web:1"))
                .map(SimulatedNodeSuite::uid)
                .collect(toSet());
        assertThat(existing).hasSize(2);
        changeTemplate(sets + "/daemon-set", good);
        List<JsonObject> after = eventuallyItems(
                pods,
                found -> found.size() == 3
                        && found.stream().allMatch(pod -> image(pod).equals("web:1") && Requests.isTrue(pod, "Ready")));
        assertThat(after.stream().map(SimulatedNodeSuite::uid)).containsAll(existing);
    }

    @Test
    @DisplayName("apps | DaemonSet | list and delete a collection")
    void collection() {
        String namespace = namespace();
        String sets = collection("apps/v1", namespace, "daemonsets");
        create(sets, daemonSet("", TEMPLATE));
        onEveryNode(collection("v1", namespace, "pods"));
        mergeLabel(sets + "/daemon-set", "e2e", namespace);
        String everywhere = "/apis/apps/v1/daemonsets?labelSelector=e2e=" + namespace;
        assertThat(names(everywhere)).containsExactly("daemon-set");
        deleteCollection(sets, "e2e=" + namespace);
        assertThat(items(everywhere)).isEmpty();
        eventuallyItems(collection("v1", namespace, "pods"), List::isEmpty);
    }

    @Test
    @DisplayName("apps | DaemonSet | status changes")
    void statuses() {
        String namespace = namespace();
        String sets = collection("apps/v1", namespace, "daemonsets");
        create(sets, daemonSet("", TEMPLATE));
        onEveryNode(collection("v1", namespace, "pods"));
        eventually(sets + "/daemon-set", set -> status(set, "numberReady") == 3);
        statusEndpoints(sets, "daemon-set");
    }

    /** The pods once every node has one that is ready. */
    private static List<JsonObject> onEveryNode(String pods) {
        List<JsonObject> found = readyPods(pods, SELECTOR, NAMES.size());
        assertThat(found.stream().map(pod -> text(pod, "spec", "nodeName"))).containsExactlyInAnyOrderElementsOf(NAMES);
        return found;
    }

    private static JsonObject revision(String revisions, int number) {
        return eventuallyItems(revisions, found -> found.stream().anyMatch(each -> each.getInt("revision") == number))
                .stream()
                .filter(each -> each.getInt("revision") == number)
                .findFirst()
                .orElseThrow();
    }

    private static String revisionHash(JsonObject object) {
        return text(object, "metadata", "labels", "controller-revision-hash");
    }

    private static String daemonSet(String more, PodTemplate template) {
        return """
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: daemon-set}
                spec:
                  selector: {matchLabels: {%s}}
                  template: %s
                  %s
                """.formatted(template.labels(), template, more);
    }
}
