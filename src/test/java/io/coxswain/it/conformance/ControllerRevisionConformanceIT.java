package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.delete;
import static io.coxswain.it.conformance.Requests.deleteCollection;
import static io.coxswain.it.conformance.Requests.eventuallyItems;
import static io.coxswain.it.conformance.Requests.strategic;
import static io.coxswain.it.conformance.Requests.update;
import static io.coxswain.it.conformance.Requests.with;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What upstream's test of ControllerRevisions asks for. */
class ControllerRevisionConformanceIT extends SimulatedNodeSuite {
    @Test
    @DisplayName("apps | ControllerRevision | manage lifecycle of a ControllerRevision")
    void lifecycle() {
        String namespace = namespace();
        String sets = collection("apps/v1", namespace, "daemonsets");
        String revisions = collection("apps/v1", namespace, "controllerrevisions");
        String ofSet = revisions + "?labelSelector=daemonset-name=e2e-daemon-set";
        PodTemplate template = PodTemplate.of("daemonset-name: e2e-daemon-set");
        create(sets, """
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: e2e-daemon-set}
                spec:
                  selector: {matchLabels: {daemonset-name: e2e-daemon-set}}
                  template: %s
                """.formatted(template));
        readyPods(collection("v1", namespace, "pods"), "daemonset-name=e2e-daemon-set", NAMES.size());
        JsonObject initial = eventuallyItems(ofSet, found -> found.size() == 1).get(0);
        assertThat(initial.getInt("revision")).isEqualTo(1);
        assertThat(controller(initial)).isEqualTo(uid(Requests.read(sets + "/e2e-daemon-set")));

        JsonObject patched = strategic(
                revisions + "/" + name(initial), "{\"metadata\":{\"labels\":{\"" + name(initial) + "\":\"patched\"}}}");
        assertThat(text(patched, "metadata", "labels", name(initial))).isEqualTo("patched");

        // One that a client makes as the controller would.
        JsonObject metadata = initial.getJsonObject("metadata");
        create(
                revisions,
                Json.createObjectBuilder(initial)
                        .add(
                                "metadata",
                                Json.createObjectBuilder()
                                        .add("name", "e2e-daemon-set-made-by-hand")
                                        .add("labels", metadata.get("labels"))
                                        .add("ownerReferences", metadata.get("ownerReferences")))
                        .add("revision", 2)
                        .build()
                        .toString());
        assertThat(eventuallyItems(ofSet, found -> found.size() == 2))
                .anySatisfy(found -> assertThat(name(found)).isEqualTo("e2e-daemon-set-made-by-hand"));

        delete(revisions + "/" + name(initial));
        String kept = name(eventuallyItems(ofSet, found -> found.size() == 1).get(0));
        JsonObject updated = update(revisions + "/" + kept, now -> with(now, "updated", "metadata", "labels", kept));
        assertThat(text(updated, "metadata", "labels", kept)).isEqualTo("updated");

        strategic(
                sets + "/e2e-daemon-set",
                "{\"spec\":{\"template\":{\"spec\":{\"terminationGracePeriodSeconds\":2}},\"updateStrategy\":{\"type\":\"RollingUpdate\"}}}");
        eventuallyItems(ofSet, found -> found.size() == 2);
        deleteCollection(revisions, kept + "=updated");
        List<JsonObject> left = eventuallyItems(ofSet, found -> found.size() == 1);
        assertThat(left.get(0).getInt("revision")).isEqualTo(3);
    }
}
