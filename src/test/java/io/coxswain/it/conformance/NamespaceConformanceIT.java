package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.condition;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.delete;
import static io.coxswain.it.conformance.Requests.eventually;
import static io.coxswain.it.conformance.Requests.items;
import static io.coxswain.it.conformance.Requests.merge;
import static io.coxswain.it.conformance.Requests.read;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nothing of a namespace outlives it. */
class NamespaceConformanceIT extends ConformanceSuite {
    @RegisterExtension
    static final SimulatedPool NODES = new SimulatedPool("namespace", 1);

    @Test
    @DisplayName("api-machinery | Namespace | all pods removed when namespace deleted")
    void pods() {
        String namespace = namespace();
        String pods = runningPod(namespace, "");
        removeAndMakeAgain(namespace);
        assertThat(items(pods)).isEmpty();
    }

    @Test
    @DisplayName("api-machinery | Namespace | all services removed when namespace deleted")
    void services() {
        String namespace = namespace();
        String services = collection("v1", namespace, "services");
        JsonObject service = create(services, """
                apiVersion: v1
                kind: Service
                metadata: {name: test-service}
                spec:
                  selector: {foo: bar, baz: blah}
                  ports: [{port: 80, targetPort: 80}]
                """);
        removeAndMakeAgain(namespace);
        assertThat(items(services)).isEmpty();
        // The address that it had is free again.
        create(services, """
                apiVersion: v1
                kind: Service
                metadata: {name: test-service}
                spec: {clusterIP: %s, ports: [{port: 80}]}
                """.formatted(text(service, "spec", "clusterIP")));
    }

    @Test
    @DisplayName("api-machinery | Namespace | OrderedNamespaceDeletion: delete pod first")
    void podsFirst() {
        String namespace = namespace();
        String path = "/api/v1/namespaces/" + namespace;
        String pods = runningPod(namespace, ", finalizers: [e2e.example.com/finalizer]");
        String maps = collection("v1", namespace, "configmaps");
        create(maps, "{apiVersion: v1, kind: ConfigMap, metadata: {name: test-configmap}, data: {key: value}}");
        delete(path);
        eventually(pods + "/test-pod", pod -> pod.getJsonObject("metadata").containsKey("deletionTimestamp"));
        JsonObject terminating = eventually(
                path,
                now -> condition(now, "NamespaceFinalizersRemaining")
                        .filter(each -> text(each, "status").equals("True"))
                        .isPresent());
        assertThat(text(terminating, "status", "phase")).isEqualTo("Terminating");
        assertThat(text(condition(terminating, "NamespaceContentRemaining").orElseThrow(), "message"))
                .isEqualTo("Some resources are remaining: pods. has 1 resource instances");
        assertThat(text(condition(terminating, "NamespaceFinalizersRemaining").orElseThrow(), "message"))
                .isEqualTo("Some content in the namespace has finalizers remaining:"
                        + " e2e.example.com/finalizer in 1 resource instances");
        // What the pod may need stays as long as the pod.
        assertThat(read(maps + "/test-configmap").getJsonObject("metadata")).doesNotContainKey("deletionTimestamp");
        merge(pods + "/test-pod", "{\"metadata\":{\"finalizers\":null}}");
        Requests.awaitGone(path);
    }

    /** The collection of pods, one of which runs. */
    private static String runningPod(String namespace, String metadata) {
        String pods = collection("v1", namespace, "pods");
        create(pods, """
                apiVersion: v1
                kind: Pod
                metadata: {name: test-pod%s}
                spec:
                  containers: [{name: nginx, image: "appl-x:1.18"}]
                """.formatted(metadata));
        eventually(pods + "/test-pod", pod -> text(pod, "status", "phase").equals("Running"));
        return pods;
    }

    private static void removeAndMakeAgain(String namespace) {
        String path = "/api/v1/namespaces/" + namespace;
        delete(path);
        Requests.awaitGone(path);
        create("/api/v1/namespaces", "{apiVersion: v1, kind: Namespace, metadata: {name: " + namespace + "}}");
    }
}
