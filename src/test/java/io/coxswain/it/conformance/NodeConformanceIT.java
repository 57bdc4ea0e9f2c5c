package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.api;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.delete;
import static io.coxswain.it.conformance.Requests.expect;
import static io.coxswain.it.conformance.Requests.items;
import static io.coxswain.it.conformance.Requests.json;
import static io.coxswain.it.conformance.Requests.merge;
import static io.coxswain.it.conformance.Requests.names;
import static io.coxswain.it.conformance.Requests.next;
import static io.coxswain.it.conformance.Requests.read;
import static io.coxswain.it.conformance.Requests.refused;
import static io.coxswain.it.conformance.Requests.strategic;
import static io.coxswain.it.conformance.Requests.update;
import static io.coxswain.it.conformance.Requests.watchAfter;
import static io.coxswain.it.conformance.Requests.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.it.ApiConnection;
import io.coxswain.it.ApiConnection.Watch;
import jakarta.json.JsonObject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What nodes and pods are made of: configuration, leases, templates, runtime classes. */
class NodeConformanceIT extends ConformanceSuite {
    @RegisterExtension
    static final SimulatedPool NODES = new SimulatedPool("node", 1);

    private static final String RUNTIME_CLASSES = "/apis/node.k8s.io/v1/runtimeclasses";

    @Test
    @DisplayName("node | ConfigMap API | fail to create with empty key")
    void configMapWithoutKey() {
        assertThat(emptyKey("configmaps", "ConfigMap", "value-1"))
                .startsWith("ConfigMap \"empty-key\" is invalid: data[]: Invalid value: \"\": ");
    }

    @Test
    @DisplayName("node | Secret API | fail with empty key")
    void secretWithoutKey() {
        assertThat(emptyKey("secrets", "Secret", "dmFsdWUtMQ=="))
                .startsWith("Secret \"empty-key\" is invalid: data[]: Invalid value: \"\": ");
    }

    private String emptyKey(String plural, String kind, String value) {
        String collection = collection("v1", plural);
        String message = refused(422, "Invalid", api().post(collection, """
                                {"apiVersion":"v1","kind":"%s","metadata":{"name":"empty-key"},"data":{"":"%s"}}""".formatted(kind, value)));
        expect(404, api().get(collection + "/empty-key"));
        return message;
    }

    @Test
    @DisplayName("node | ConfigMap API | lifecycle")
    void configMap() {
        String maps = collection("v1", "configmaps");
        String path = maps + "/test-configmap";
        String selector = "test-configmap-static%3Dtrue";
        try (Watch watch = watchAfter(read(maps), maps, selector)) {
            create(maps, """
                    apiVersion: v1
                    kind: ConfigMap
                    metadata: {name: test-configmap, labels: {test-configmap-static: "true"}}
                    data: {valueName: value}
                    """);
            next(watch, "ADDED");
            strategic(path, """
                    {"metadata":{"labels":{"test-configmap":"patched"}},"data":{"valueName":"value1"}}""");
            next(
                    watch,
                    "MODIFIED",
                    map -> text(map, "metadata", "labels", "test-configmap").equals("patched"));
            JsonObject got = read(path);
            assertThat(text(got, "data", "valueName")).isEqualTo("value1");
            assertThat(text(got, "metadata", "labels", "test-configmap")).isEqualTo("patched");
            assertThat(names("/api/v1/configmaps?labelSelector=" + selector)).containsExactly("test-configmap");
            expect(200, api().delete(maps + "?labelSelector=" + selector));
            next(watch, "DELETED");
        }
        assertThat(names("/api/v1/configmaps?labelSelector=" + selector)).isEmpty();
    }

    @Test
    @DisplayName("node | Secret API | patch a secret")
    void secret() {
        String secrets = collection("v1", "secrets");
        create(secrets, """
                apiVersion: v1
                kind: Secret
                metadata: {name: test-secret, labels: {testsecret-constant: "true"}}
                type: Opaque
                data: {key: dmFsdWU=}
                """);
        String everywhere = "/api/v1/secrets?labelSelector=testsecret-constant%3Dtrue";
        assertThat(names(everywhere)).containsExactly("test-secret");
        strategic(secrets + "/test-secret", """
                {"metadata":{"labels":{"testsecret":"true"}},"data":{"key":"dmFsdWUx"}}""");
        assertThat(items("/api/v1/secrets?labelSelector=testsecret%3Dtrue"))
                .singleElement()
                .satisfies(found -> assertThat(text(found, "data", "key")).isEqualTo("dmFsdWUx"));
        expect(200, api().delete(secrets + "?labelSelector=testsecret%3Dtrue"));
        assertThat(names(everywhere)).isEmpty();
    }

    @Test
    @DisplayName("node | Lease | lease API available")
    void leases() {
        String leases = collection("coordination.k8s.io/v1", "leases");
        String spec = """
                {"holderIdentity":"holder%s","leaseDurationSeconds":30,"acquireTime":"2026-01-01T00:00:00.000000Z",
                "renewTime":"2026-01-01T00:00:05.000000Z","leaseTransitions":%s}""";
        create(leases, """
                {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"lease","labels":{"deletecollection":"true"}},
                "spec":%s}""".formatted(spec.formatted("", "0")));
        assertThat(read(leases + "/lease").get("spec")).isEqualTo(json(spec.formatted("", "0")));
        update(leases + "/lease", now -> with(now, json(spec.formatted("2", "1")), "spec"));
        assertThat(read(leases + "/lease").get("spec")).isEqualTo(json(spec.formatted("2", "1")));
        strategic(leases + "/lease", "{\"spec\":{\"leaseDurationSeconds\":50,\"acquireTime\":null}}");
        JsonObject patched = read(leases + "/lease").getJsonObject("spec");
        assertThat(patched.getInt("leaseDurationSeconds")).isEqualTo(50);
        assertThat(patched).doesNotContainKey("acquireTime");
        assertThat(text(patched, "holderIdentity")).isEqualTo("holder2");
        create(leases, """
                {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"lease2","labels":{"deletecollection":"true"}}}""");
        assertThat(names(leases)).containsExactly("lease", "lease2");
        delete(leases + "/lease");
        expect(404, api().get(leases + "/lease"));
        expect(200, api().delete(leases + "?labelSelector=deletecollection%3Dtrue"));
        assertThat(names(leases)).isEmpty();
    }

    @Test
    @DisplayName("node | Node API | node lifecycle")
    void nodes() {
        String nodes = "/api/v1/nodes";
        String path = nodes + "/e2e-fake-node";
        create(nodes, """
                apiVersion: v1
                kind: Node
                metadata: {name: e2e-fake-node}
                spec: {unschedulable: true}
                """);
        afterwards(path);
        assertThat(text(read(path), "metadata", "name")).isEqualTo("e2e-fake-node");
        JsonObject patched = strategic(path, "{\"metadata\":{\"labels\":{\"e2e-fake-node\":\"patched\"}}}");
        assertThat(text(patched, "metadata", "labels", "e2e-fake-node")).isEqualTo("patched");
        assertThat(names(nodes + "?labelSelector=e2e-fake-node%3Dpatched")).containsExactly("e2e-fake-node");
        JsonObject updated = update(path, now -> with(now, "updated", "metadata", "labels", "e2e-fake-node"));
        assertThat(text(updated, "metadata", "labels", "e2e-fake-node")).isEqualTo("updated");
        assertThat(text(read(path), "metadata", "labels", "e2e-fake-node")).isEqualTo("updated");
        merge(path + "/status", "{\"status\":{\"capacity\":{\"example.com/fakecpu\":\"1000\"}}}");
        assertThat(text(read(path), "status", "capacity", "example.com/fakecpu"))
                .isEqualTo("1k");
        expect(200, api().delete(nodes + "?labelSelector=e2e-fake-node%3Dupdated"));
        Requests.awaitGone(path);
    }

    private static String template(String name) {
        return """
                apiVersion: v1
                kind: PodTemplate
                metadata: {name: %s, labels: {podtemplate-set: "true"}}
                template:
                  spec:
                    containers:
                    - {name: token-test, image: "appl-x:1.18"}
                """.formatted(name);
    }

    @Test
    @DisplayName("node | PodTemplate | lifecycle")
    void podTemplate() {
        String templates = collection("v1", "podtemplates");
        create(templates, template("nginx-pod-template"));
        assertThat(names("/api/v1/podtemplates?labelSelector=podtemplate-set%3Dtrue"))
                .contains("nginx-pod-template");
        strategic(templates + "/nginx-pod-template", "{\"metadata\":{\"labels\":{\"podtemplate\":\"patched\"}}}");
        JsonObject patched = read(templates + "/nginx-pod-template");
        assertThat(text(patched, "metadata", "labels", "podtemplate")).isEqualTo("patched");
        delete(templates + "/nginx-pod-template");
        assertThat(names(templates)).isEmpty();
    }

    @Test
    @DisplayName("node | PodTemplate | delete a collection")
    void podTemplates() {
        String templates = collection("v1", "podtemplates");
        for (int i = 1; i <= 3; i++) {
            create(templates, template("test-podtemplate-" + i));
        }
        String selected = templates + "?labelSelector=podtemplate-set%3Dtrue";
        assertThat(names(selected)).hasSize(3);
        expect(200, api().delete(selected));
        assertThat(names(selected)).isEmpty();
    }

    @Test
    @DisplayName("node | PodTemplate | replace")
    void podTemplateReplaced() {
        String templates = collection("v1", "podtemplates");
        create(templates, template("podtemplate"));
        JsonObject updated =
                update(templates + "/podtemplate", now -> with(now, "true", "metadata", "annotations", "updated"));
        assertThat(text(updated, "metadata", "annotations", "updated")).isEqualTo("true");
        assertThat(text(read(templates + "/podtemplate"), "metadata", "annotations", "updated"))
                .isEqualTo("true");
    }

    @Test
    @DisplayName("node | Pods | QOS class set")
    void qosClass() {
        String pods = collection("v1", "pods");
        JsonObject created = create(pods, """
                apiVersion: v1
                kind: Pod
                metadata: {name: pod-qos-class}
                spec:
                  containers:
                  - name: agnhost
                    image: appl-x:1.18
                    resources:
                      limits: {cpu: 100m, memory: 100Mi}
                      requests: {cpu: 100m, memory: 100Mi}
                """);
        assertThat(text(created, "status", "qosClass")).isEqualTo("Guaranteed");
        assertThat(text(read(pods + "/pod-qos-class"), "status", "qosClass")).isEqualTo("Guaranteed");
    }

    @Test
    @DisplayName("node | Sysctl | reject invalid sysctls")
    void sysctls() {
        String message = refused(422, "Invalid", api().post(collection("v1", "pods"), """
                                apiVersion: v1
                                kind: Pod
                                metadata: {name: sysctl}
                                spec:
                                  securityContext:
                                    sysctls:
                                    - {name: foo-, value: bar}
                                    - {name: kernel.shmmax, value: "100000000"}
                                    - {name: safe-and-unsafe, value: "100000000"}
                                    - {name: bar.., value: "42"}
                                  containers:
                                  - {name: test, image: "appl-x:1.18"}
                                """, ApiConnection.YAML));
        assertThat(message)
                .contains("Invalid value: \"foo-\"", "Invalid value: \"bar..\"")
                .doesNotContain("safe-and-unsafe", "kernel.shmmax");
    }

    @Test
    @DisplayName("node | RuntimeClass | reject non-existent RuntimeClass")
    void noSuchRuntimeClass() {
        assertThat(refused(403, "Forbidden", podOf("conformance-nonexistent")))
                .contains("pod rejected: RuntimeClass \"conformance-nonexistent\" not found");
    }

    @Test
    @DisplayName("node | RuntimeClass | reject deleted RuntimeClass")
    void deletedRuntimeClass() {
        create(RUNTIME_CLASSES, """
                apiVersion: node.k8s.io/v1
                kind: RuntimeClass
                metadata: {name: conformance-deleted}
                handler: conformance-handler
                """);
        afterwards(RUNTIME_CLASSES + "/conformance-deleted");
        expect(201, podOf("conformance-deleted"));
        delete(RUNTIME_CLASSES + "/conformance-deleted");
        Requests.awaitGone(RUNTIME_CLASSES + "/conformance-deleted");
        assertThat(refused(403, "Forbidden", podOf("conformance-deleted")))
                .contains("pod rejected: RuntimeClass \"conformance-deleted\" not found");
    }

    private ApiConnection.Answer podOf(String runtimeClass) {
        return api().post(collection("v1", "pods"), """
                apiVersion: v1
                kind: Pod
                metadata: {generateName: test-runtimeclass-}
                spec:
                  runtimeClassName: %s
                  containers:
                  - {name: test, image: "appl-x:1.18"}
                """.formatted(runtimeClass), ApiConnection.YAML);
    }

    @Test
    @DisplayName("node | RuntimeClass | API operations")
    void runtimeClasses() {
        ApiOperations operations = ApiOperations.ofCluster("node.k8s.io/v1", "runtimeclasses", "RuntimeClass", """
                handler: conformance-handler
                """);
        operations.discovered();
        operations.created();
        operations.gotAndListed();
        operations.patchedAndUpdatedUnderWatch();
        operations.deleted();
    }

    @Test
    @DisplayName("node | RuntimeClass | schedule with overhead")
    void scheduledWithOverhead() {
        JsonObject pod = scheduled("conformance-overhead", "overhead: {podFixed: {cpu: 10m, memory: 1Mi}}");
        assertThat(pod.getJsonObject("spec").getJsonObject("overhead"))
                .isEqualTo(json("{\"cpu\":\"10m\",\"memory\":\"1Mi\"}"));
    }

    @Test
    @DisplayName("node | RuntimeClass | schedule without overhead")
    void scheduledWithoutOverhead() {
        assertThat(scheduled("conformance-plain", "").getJsonObject("spec")).doesNotContainKey("overhead");
    }

    /** A pod of a new runtime class, once it has a node. */
    private JsonObject scheduled(String name, String more) {
        create(RUNTIME_CLASSES, """
                apiVersion: node.k8s.io/v1
                kind: RuntimeClass
                metadata: {name: %s}
                handler: runc
                %s
                """.formatted(name, more));
        afterwards(RUNTIME_CLASSES + "/" + name);
        JsonObject created = expect(201, podOf(name)).json();
        return Requests.eventually(
                collection("v1", text(created, "metadata", "namespace"), "pods") + "/"
                        + text(created, "metadata", "name"),
                pod -> Requests.condition(pod, "PodScheduled")
                        .filter(condition -> text(condition, "status").equals("True"))
                        .isPresent());
    }
}
