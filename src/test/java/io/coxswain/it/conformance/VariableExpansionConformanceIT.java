package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.events;
import static io.coxswain.it.conformance.Requests.eventually;
import static io.coxswain.it.conformance.Requests.merge;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Parts of volumes that variables name. */
class VariableExpansionConformanceIT extends ConformanceSuite {
    @RegisterExtension
    static final SimulatedPool NODES = new SimulatedPool("expansion", 1);

    private static String pod(String variables, String mount) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: var-expansion, annotations: {notmysubpath: mypath}}
                spec:
                  terminationGracePeriodSeconds: 0
                  volumes: [{name: workdir1, emptyDir: {}}]
                  containers:
                  - name: dapi-container
                    image: busybox:1.36
                    env: [%s]
                    volumeMounts: [%s]
                """.formatted(variables, mount);
    }

    /** The message of a pod whose container cannot be made. */
    private static String problem(JsonObject pod) {
        JsonObject container = container(pod);
        assertThat(text(container, "state", "waiting", "reason")).isEqualTo("CreateContainerConfigError");
        return text(container, "state", "waiting", "message");
    }

    private static JsonObject container(JsonObject pod) {
        return pod.getJsonObject("status").getJsonArray("containerStatuses").getJsonObject(0);
    }

    private static JsonObject failing(String path) {
        return eventually(
                path,
                pod -> pod.getJsonObject("status").containsKey("containerStatuses")
                        && text(container(pod), "state", "waiting", "reason").equals("CreateContainerConfigError"));
    }

    @Test
    @DisplayName("node | Variable expansion | fail subpath absolute path")
    void absolute() {
        String pods = collection("v1", "pods");
        create(
                pods,
                pod(
                        "{name: POD_NAME, value: /tmp}",
                        "{name: workdir1, mountPath: /logscontainer, subPathExpr: $(POD_NAME)}"));
        assertThat(problem(failing(pods + "/var-expansion")))
                .isEqualTo("error SubPath `/tmp` must not be an absolute path");
        assertThat(events(pods, "Failed", "var-expansion"))
                .extracting(event -> text(event, "message"))
                .containsExactly("Error: error SubPath `/tmp` must not be an absolute path");
    }

    @Test
    @DisplayName("node | Variable expansion | fail subpath backticks")
    void backsteps() {
        String pods = collection("v1", "pods");
        create(
                pods,
                pod(
                        "{name: POD_NAME, value: ..}",
                        "{name: workdir1, mountPath: /logscontainer, subPathExpr: $(POD_NAME)}"));
        assertThat(problem(failing(pods + "/var-expansion")))
                .isEqualTo("unable to provision SubPath `..`: must not contain '..'");
    }

    @Test
    @DisplayName("node | Variable expansion | failing subpath expansion modified during lifecycle")
    void modified() {
        String path = collection("v1", "pods") + "/var-expansion";
        create(path.substring(0, path.lastIndexOf('/')), pod("""
                        {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}},
                        {name: ANNOTATION, valueFrom: {fieldRef: {fieldPath: "metadata.annotations['mysubpath']"}}}""".replace("\n", " "), """
                        {name: workdir1, mountPath: /subpath_mount, subPathExpr: $(ANNOTATION)/$(POD_NAME)},
                        {name: workdir1, mountPath: /volume_mount}""".replace("\n", " ")));
        assertThat(problem(failing(path))).isEqualTo("error SubPath `/var-expansion` must not be an absolute path");
        merge(path, "{\"metadata\":{\"annotations\":{\"mysubpath\":\"mypath\"}}}");
        JsonObject running =
                eventually(path, pod -> text(pod, "status", "phase").equals("Running"));
        assertThat(container(running).getInt("restartCount")).isZero();
    }
}
