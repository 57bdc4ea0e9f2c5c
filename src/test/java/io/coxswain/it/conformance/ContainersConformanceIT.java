package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.condition;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.delete;
import static io.coxswain.it.conformance.Requests.eventually;
import static io.coxswain.it.conformance.Requests.json;
import static io.coxswain.it.conformance.Requests.next;
import static io.coxswain.it.conformance.Requests.read;
import static io.coxswain.it.conformance.Requests.strategic;
import static io.coxswain.it.conformance.Requests.update;
import static io.coxswain.it.conformance.Requests.watchAfter;
import static io.coxswain.it.conformance.Requests.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.it.ApiConnection.Watch;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Containers that come first, that come later, and that fail. */
class ContainersConformanceIT extends ConformanceSuite {
    @RegisterExtension
    static final SimulatedPool NODES = new SimulatedPool("containers", 1);

    /** Two init containers and one more; {@code script} says how they fare. */
    private static String withInit(String restartPolicy, String script) {
        return """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: pod-init
                  labels: {name: foo}
                  annotations: {%s}
                spec:
                  restartPolicy: %s
                  initContainers:
                  - {name: init1, image: "busybox:1.36"}
                  - {name: init2, image: "busybox:1.36"}
                  containers:
                  - {name: run1, image: "appl-x:1.18", resources: {limits: {cpu: 100m}}}
                """.formatted(script.replace("script/", "simulated.coxswain.io/"), restartPolicy);
    }

    private static List<JsonObject> containers(JsonObject pod, String statuses) {
        JsonObject status = pod.getJsonObject("status");
        return status == null || !status.containsKey(statuses)
                ? List.of()
                : status.getJsonArray(statuses).getValuesAs(JsonObject.class);
    }

    private static JsonObject init(JsonObject pod, int index) {
        return containers(pod, "initContainerStatuses").get(index);
    }

    private static void initialized(JsonObject pod) {
        assertThat(text(pod, "status", "startTime")).isNotEmpty();
        assertThat(text(condition(pod, "Initialized").orElseThrow(), "status")).isEqualTo("True");
        assertThat(containers(pod, "initContainerStatuses")).hasSize(2).allSatisfy(init -> {
            assertThat(init.getBoolean("ready")).isTrue();
            assertThat(init.getJsonObject("state").getJsonObject("terminated").getInt("exitCode"))
                    .isZero();
        });
    }

    @Test
    @DisplayName("node | Init containers | RestartNever pod")
    void initOfAPodThatEnds() {
        String pods = collection("v1", "pods");
        JsonObject created = create(pods, withInit("Never", "script/exit-code.run1: \"0\""));
        try (Watch watch = watchAfter(created, pods, "")) {
            initialized(
                    next(watch, "MODIFIED", pod -> text(pod, "status", "phase").equals("Succeeded")));
        }
    }

    @Test
    @DisplayName("node | Init containers | RestartAlways pod")
    void initOfAPodThatRuns() {
        String pods = collection("v1", "pods");
        JsonObject created = create(pods, withInit("Always", "script/run-time.init1: 100ms"));
        try (Watch watch = watchAfter(created, pods, "")) {
            JsonObject running =
                    next(watch, "MODIFIED", pod -> text(pod, "status", "phase").equals("Running"));
            initialized(running);
            assertThat(text(condition(running, "Ready").orElseThrow(), "status"))
                    .isEqualTo("True");
        }
    }

    @Test
    @DisplayName("node | Init containers | not start app if init fails RestartAlways")
    void failingInitOfAPodThatRuns() {
        String pods = collection("v1", "pods");
        JsonObject created = create(pods, withInit("Always", "script/exit-code.init1: \"1\", script/back-off: 100ms"));
        JsonObject last;
        try (Watch watch = watchAfter(created, pods, "")) {
            last = next(watch, "MODIFIED", pod -> {
                if (containers(pod, "initContainerStatuses").isEmpty()) {
                    return false;
                }
                waitsForInit(init(pod, 1));
                waitsForInit(containers(pod, "containerStatuses").get(0));
                return init(pod, 0).getInt("restartCount") >= 3;
            });
        }
        assertThat(text(last, "status", "phase")).isEqualTo("Pending");
        assertThat(init(last, 0)
                        .getJsonObject("lastState")
                        .getJsonObject("terminated")
                        .getInt("exitCode"))
                .isEqualTo(1);
        incomplete(last, "containers with incomplete status: [init1 init2]");
    }

    @Test
    @DisplayName("node | Init containers | fail pod if init fails RestartNever")
    void failingInitOfAPodThatEnds() {
        String pods = collection("v1", "pods");
        JsonObject created = create(pods, withInit("Never", "script/exit-code.init2: \"1\""));
        JsonObject last;
        try (Watch watch = watchAfter(created, pods, "")) {
            last = next(watch, "MODIFIED", pod -> {
                containers(pod, "containerStatuses").forEach(ContainersConformanceIT::waitsForInit);
                return text(pod, "status", "phase").equals("Failed");
            });
        }
        assertThat(init(last, 0)
                        .getJsonObject("state")
                        .getJsonObject("terminated")
                        .getInt("exitCode"))
                .isZero();
        assertThat(init(last, 1)
                        .getJsonObject("state")
                        .getJsonObject("terminated")
                        .getInt("exitCode"))
                .isEqualTo(1);
        incomplete(last, "containers with incomplete status: [init2]");
    }

    private static void waitsForInit(JsonObject container) {
        assertThat(text(container, "state", "waiting", "reason"))
                .as(container.toString())
                .isEqualTo("PodInitializing");
    }

    private static void incomplete(JsonObject pod, String message) {
        JsonObject initialized = condition(pod, "Initialized").orElseThrow();
        assertThat(text(initialized, "status")).isEqualTo("False");
        assertThat(text(initialized, "reason")).isEqualTo("ContainersNotInitialized");
        assertThat(text(initialized, "message")).isEqualTo(message);
    }

    @Test
    @DisplayName("node | Ephemeral containers | update the ephemeral containers")
    void ephemeral() {
        String path = collection("v1", "pods") + "/ephemeral-containers-target-pod";
        create(path.substring(0, path.lastIndexOf('/')), """
                apiVersion: v1
                kind: Pod
                metadata: {name: ephemeral-containers-target-pod}
                spec:
                  containers: [{name: test-container-1, image: "appl-x:1.18"}]
                """);
        eventually(path, pod -> text(pod, "status", "phase").equals("Running"));
        strategic(path + "/ephemeralcontainers", "{\"spec\":{\"ephemeralContainers\":[" + debugger("debugger") + "]}}");
        eventually(path, pod -> ephemeralRunning(pod, 1));
        assertThat(read(path + "/ephemeralcontainers").getJsonObject("spec").getJsonArray("ephemeralContainers"))
                .hasSize(1);
        update(
                path + "/ephemeralcontainers",
                pod -> with(
                        pod,
                        Json.createArrayBuilder(pod.getJsonObject("spec").getJsonArray("ephemeralContainers"))
                                .add(json(debugger("debugger2")))
                                .build(),
                        "spec",
                        "ephemeralContainers"));
        JsonObject both = eventually(path, pod -> ephemeralRunning(pod, 2));
        assertThat(containers(both, "ephemeralContainerStatuses"))
                .extracting(each -> text(each, "name"))
                .containsExactly("debugger", "debugger2");
        assertThat(containers(both, "containerStatuses").get(0).getInt("restartCount"))
                .isZero();
    }

    private static String debugger(String name) {
        return """
                {"name":"%s","image":"busybox:1.36","stdin":true,"tty":true,"command":["/bin/sh"]}""".formatted(name);
    }

    private static boolean ephemeralRunning(JsonObject pod, int count) {
        return containers(pod, "ephemeralContainerStatuses").stream()
                        .filter(each -> each.getJsonObject("state").containsKey("running"))
                        .count()
                == count;
    }

    private static String alwaysFailing(String restartPolicy) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: bin-false, annotations: {simulated.coxswain.io/exit-code: "1"}}
                spec:
                  restartPolicy: %s
                  containers: [{name: bin-false, image: "busybox:1.36", command: [/bin/false]}]
                """.formatted(restartPolicy);
    }

    @Test
    @DisplayName("node | Kubelet | failing pod has terminated reason")
    void failingPod() {
        String pods = collection("v1", "pods");
        create(pods, alwaysFailing("Never"));
        JsonObject pod = eventually(
                pods + "/bin-false",
                now -> containers(now, "containerStatuses").stream()
                        .anyMatch(container -> container.getJsonObject("state").containsKey("terminated")));
        JsonObject end = containers(pod, "containerStatuses")
                .get(0)
                .getJsonObject("state")
                .getJsonObject("terminated");
        assertThat(end.getInt("exitCode")).isEqualTo(1);
        assertThat(end.getString("reason")).isEqualTo("Error");
    }

    @Test
    @DisplayName("node | Kubelet | failing pod possible to delete")
    void failingPodDeleted() {
        String pods = collection("v1", "pods");
        create(pods, alwaysFailing("Always"));
        eventually(
                pods + "/bin-false",
                now -> containers(now, "containerStatuses").stream()
                        .anyMatch(container -> container.getInt("restartCount") > 0));
        delete(pods + "/bin-false");
        Requests.awaitGone(pods + "/bin-false");
    }
}
