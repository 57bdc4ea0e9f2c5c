package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.condition;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.deleteCollection;
import static io.coxswain.it.conformance.Requests.eventually;
import static io.coxswain.it.conformance.Requests.isTrue;
import static io.coxswain.it.conformance.Requests.items;
import static io.coxswain.it.conformance.Requests.merge;
import static io.coxswain.it.conformance.Requests.names;
import static io.coxswain.it.conformance.Requests.next;
import static io.coxswain.it.conformance.Requests.read;
import static io.coxswain.it.conformance.Requests.status;
import static io.coxswain.it.conformance.Requests.update;
import static io.coxswain.it.conformance.Requests.watchFrom;
import static io.coxswain.it.conformance.Requests.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.it.ApiConnection.Watch;
import jakarta.json.JsonObject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What upstream's tests of ReplicationControllers ask for. */
class ReplicationControllerConformanceIT extends SimulatedNodeSuite {
    @Test
    @DisplayName("apps | ReplicationController | adopt matching pods")
    void adopt() {
        String namespace = namespace();
        String pods = collection("v1", namespace, "pods");
        String controllers = collection("v1", namespace, "replicationcontrollers");
        PodTemplate template = PodTemplate.of("name: pod-adoption");
        create(pods, template.pod("pod-adoption"));
        create(controllers, controller("pod-adoption", 1, template));
        String owner = uid(read(controllers + "/pod-adoption"));
        eventually(pods + "/pod-adoption", pod -> controller(pod).equals(owner));
        eventually(controllers + "/pod-adoption", found -> status(found, "replicas") == 1);
        assertThat(names(pods)).containsExactly("pod-adoption");
    }

    @Test
    @DisplayName("apps | ReplicationController | release pods")
    void release() {
        String namespace = namespace();
        String pods = collection("v1", namespace, "pods");
        String controllers = collection("v1", namespace, "replicationcontrollers");
        create(controllers, controller("pod-release", 1, PodTemplate.of("name: pod-release")));
        JsonObject pod = readyPods(pods, "name=pod-release", 1).get(0);
        assertThat(controller(pod)).isEqualTo(uid(read(controllers + "/pod-release")));
        mergeLabel(pods + "/" + name(pod), "name", "not-matching-name");
        eventually(pods + "/" + name(pod), released -> controller(released).isEmpty());
        assertThat(name(readyPods(pods, "name=pod-release", 1).get(0))).isNotEqualTo(name(pod));
    }

    @Test
    @DisplayName("apps | ReplicationController | get and update scale")
    void scale() {
        String controllers = collection("v1", "replicationcontrollers");
        create(controllers, controller("e2e-rc", 1, PodTemplate.of("name: e2e-rc")));
        eventually(controllers + "/e2e-rc", found -> status(found, "readyReplicas") == 1);
        scaleSubresource(controllers + "/e2e-rc");
    }

    @Test
    @DisplayName("apps | ReplicationController | surface failure condition on exceeded quota")
    void quota() {
        String namespace = namespace();
        String quotas = collection("v1", namespace, "resourcequotas");
        String controllers = collection("v1", namespace, "replicationcontrollers");
        String path = controllers + "/condition-test";
        create(quotas, """
                {apiVersion: v1, kind: ResourceQuota, metadata: {name: condition-test}, spec: {hard: {pods: "2"}}}
                """);
        eventually(
                quotas + "/condition-test",
                quota -> text(quota, "status", "hard", "pods").equals("2"));
        create(controllers, controller("condition-test", 3, PodTemplate.of("name: condition-test")));
        JsonObject failing = eventually(path, found -> isTrue(found, "ReplicaFailure"));
        JsonObject failure = condition(failing, "ReplicaFailure").orElseThrow();
        assertThat(text(failure, "reason")).isEqualTo("FailedCreate");
        assertThat(text(failure, "message"))
                .endsWith(
                        "is forbidden: exceeded quota: condition-test, requested: pods=1, used: pods=2, limited: pods=2");
        merge(path, "{\"spec\":{\"replicas\":2}}");
        eventually(path, found -> condition(found, "ReplicaFailure").isEmpty());
        assertThat(items(collection("v1", namespace, "pods"))).hasSize(2);
    }

    @Test
    @DisplayName("apps | ReplicationController | lifecycle")
    void lifecycle() {
        String controllers = collection("v1", "replicationcontrollers");
        String path = controllers + "/rc-test";
        String selector = "test-rc-static=true";
        try (Watch watch = watchFrom(text(read(controllers), "metadata", "resourceVersion"), controllers, selector)) {
            create(
                    controllers,
                    controller("rc-test", 1, PodTemplate.of("test-rc-static: \"true\""))
                            .replace("{name: rc-test}", "{name: rc-test, labels: {test-rc-static: \"true\"}}"));
            next(watch, "ADDED", found -> name(found).equals("rc-test"));
            next(watch, "MODIFIED", found -> status(found, "readyReplicas") == 1);

            mergeLabel(path, "test-rc", "patched");
            next(
                    watch,
                    "MODIFIED",
                    found -> text(found, "metadata", "labels", "test-rc").equals("patched"));

            JsonObject patched = merge(path + "/status", "{\"status\":{\"readyReplicas\":0,\"availableReplicas\":0}}");
            assertThat(status(patched, "readyReplicas")).isZero();
            next(watch, "MODIFIED", found -> status(found, "readyReplicas") == 0);
            assertThat(uid(read(path + "/status"))).isEqualTo(uid(patched));
            // The controller puts it right.
            next(watch, "MODIFIED", found -> status(found, "readyReplicas") == 1);

            merge(path + "/scale", "{\"spec\":{\"replicas\":2}}");
            next(watch, "MODIFIED", found -> replicas(found) == 2);
            next(watch, "MODIFIED", found -> status(found, "readyReplicas") == 2);

            update(path, now -> with(now, "true", "metadata", "annotations", "updated"));
            next(
                    watch,
                    "MODIFIED",
                    found -> text(found, "metadata", "annotations", "updated").equals("true"));
            assertThat(names("/api/v1/replicationcontrollers?labelSelector=" + selector))
                    .containsExactly("rc-test");

            deleteCollection(controllers, selector);
            next(watch, "DELETED", found -> name(found).equals("rc-test"));
        }
        assertThat(items(controllers)).isEmpty();
    }

    private static String controller(String name, int replicas, PodTemplate template) {
        return """
                apiVersion: v1
                kind: ReplicationController
                metadata: {name: %s}
                spec:
                  replicas: %d
                  selector: {%s}
                  template: %s
                """.formatted(name, replicas, template.labels(), template);
    }
}
