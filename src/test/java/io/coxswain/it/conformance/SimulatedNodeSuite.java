package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.eventually;
import static io.coxswain.it.conformance.Requests.eventuallyItems;
import static io.coxswain.it.conformance.Requests.isTrue;
import static io.coxswain.it.conformance.Requests.next;
import static io.coxswain.it.conformance.Requests.read;
import static io.coxswain.it.conformance.Requests.status;
import static io.coxswain.it.conformance.Requests.update;
import static io.coxswain.it.conformance.Requests.watchAfter;
import static io.coxswain.it.conformance.Requests.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.it.ApiConnection.Watch;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What tests of workloads share: simulated nodes, and upstream's recurring steps. */
abstract class SimulatedNodeSuite extends ConformanceSuite {
    @RegisterExtension
    static final SimulatedPool POOL = new SimulatedPool("apps", 3);

    static final String NODES = SimulatedPool.NODES;
    static final List<String> NAMES = POOL.names();

    /** The pods that the selector chooses once there are that many, all of them ready. */
    static List<JsonObject> readyPods(String pods, String selector, int count) {
        return eventuallyItems(
                pods + "?labelSelector=" + selector,
                found -> found.size() == count
                        && found.stream().allMatch(pod -> isTrue(pod, "Ready") && !deleting(pod)));
    }

    static boolean deleting(JsonObject object) {
        return object.getJsonObject("metadata").containsKey("deletionTimestamp");
    }

    static String name(JsonObject object) {
        return text(object, "metadata", "name");
    }

    static String uid(JsonObject object) {
        return text(object, "metadata", "uid");
    }

    static int replicas(JsonObject object) {
        return object.getJsonObject("spec").getInt("replicas");
    }

    static String image(JsonObject podOrTemplate) {
        return text(
                podOrTemplate.getJsonObject("spec").getJsonArray("containers").getJsonObject(0), "image");
    }

    static String templateImage(JsonObject workload) {
        return image(workload.getJsonObject("spec").getJsonObject("template"));
    }

    /** The uid of the object's controller, empty without one. */
    static String controller(JsonObject object) {
        JsonArray owners = object.getJsonObject("metadata").getJsonArray("ownerReferences");
        return owners == null
                ? ""
                : owners.getValuesAs(JsonObject.class).stream()
                        .filter(owner -> owner.getBoolean("controller", false))
                        .map(owner -> owner.getString("uid"))
                        .findFirst()
                        .orElse("");
    }

    /** Changes the template to this one, whose labels and containers are the same in number and name. */
    static JsonObject changeTemplate(String path, PodTemplate template) {
        return Requests.strategic(path, "{\"spec\":{\"template\":" + template.json() + "}}");
    }

    /** Reads the status endpoint, updates and patches it; a watch sees both. */
    static void statusEndpoints(String collection, String name) {
        String path = collection + "/" + name;
        try (Watch watch = watchAfter(read(collection), collection, "")) {
            JsonObject before = read(path + "/status");
            assertThat(uid(before)).isEqualTo(uid(read(path)));
            assertThat(before.getJsonObject("status")).isNotEmpty();
            update(path + "/status", now -> withCondition(now, "StatusUpdate"));
            next(
                    watch,
                    "MODIFIED",
                    object -> name(object).equals(name)
                            && Requests.condition(object, "StatusUpdate")
                                    .filter(found -> text(found, "reason").equals("E2E")
                                            && text(found, "message").equals("Set from e2e test"))
                                    .isPresent());
            Requests.merge(
                    path + "/status",
                    "{\"status\":{\"conditions\":[{\"type\":\"StatusPatched\",\"status\":\"True\"}]}}");
            next(watch, "MODIFIED", object -> name(object).equals(name) && isTrue(object, "StatusPatched"));
        }
    }

    private static JsonObject withCondition(JsonObject object, String type) {
        JsonArray there = object.getJsonObject("status").getJsonArray("conditions");
        JsonArrayBuilder conditions = Json.createArrayBuilder(there == null ? JsonValue.EMPTY_JSON_ARRAY : there);
        conditions.add(Requests.json("{\"type\":\"" + type
                + "\",\"status\":\"True\",\"reason\":\"E2E\",\"message\":\"Set from e2e test\"}"));
        return with(object, conditions.build(), "status", "conditions");
    }

    /** Reads, updates and patches the scale of a workload of one replica. */
    static void scaleSubresource(String path) {
        JsonObject scale = read(path + "/scale");
        assertThat(text(scale, "kind")).isEqualTo("Scale");
        assertThat(text(scale, "apiVersion")).isEqualTo("autoscaling/v1");
        assertThat(uid(scale)).isEqualTo(uid(read(path)));
        assertThat(replicas(scale)).isEqualTo(1);
        assertThat(status(scale, "replicas")).isEqualTo(1);
        JsonObject updated = update(path + "/scale", now -> with(now, Json.createValue(2), "spec", "replicas"));
        assertThat(replicas(updated)).isEqualTo(2);
        assertThat(replicas(read(path))).isEqualTo(2);
        JsonObject patched = Requests.merge(path + "/scale", "{\"spec\":{\"replicas\":4}}");
        assertThat(replicas(patched)).isEqualTo(4);
        assertThat(replicas(read(path))).isEqualTo(4);
        eventually(path, workload -> status(workload, "readyReplicas") == 4);
    }

    static JsonObject mergeLabel(String path, String label, String value) {
        return Requests.merge(path, "{\"metadata\":{\"labels\":{\"" + label + "\":\"" + value + "\"}}}");
    }
}
