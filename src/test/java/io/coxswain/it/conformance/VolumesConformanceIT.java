package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.api;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.eventually;
import static io.coxswain.it.conformance.Requests.expect;
import static io.coxswain.it.conformance.Requests.items;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods with volumes of objects, as far as simulated nodes go: the API takes them, and their pods start. */
class VolumesConformanceIT extends ConformanceSuite {
    private static final int MAPS = 50;
    private static final int PODS = 5;
    private static final int ROUNDS = 3;

    @RegisterExtension
    static final SimulatedPool NODES = new SimulatedPool("volumes", 2);

    @Test
    @DisplayName("storage | EmptyDir wrapper | no conflict")
    void noConflict() {
        String namespace = namespace();
        create(collection("v1", namespace, "secrets"), """
                apiVersion: v1
                kind: Secret
                metadata: {name: emptydir-wrapper-test-secret}
                data: {data-1: dmFsdWUtMQ==}
                """);
        create(collection("v1", namespace, "configmaps"), """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: emptydir-wrapper-test-configmap}
                data: {data-1: value-1}
                """);
        String pods = collection("v1", namespace, "pods");
        create(pods, """
                apiVersion: v1
                kind: Pod
                metadata: {name: pod-secrets}
                spec:
                  terminationGracePeriodSeconds: 0
                  volumes:
                  - {name: secret-volume, secret: {secretName: emptydir-wrapper-test-secret}}
                  - {name: configmap-volume, configMap: {name: emptydir-wrapper-test-configmap}}
                  containers:
                  - name: secret-test
                    image: appl-x:1.18
                    volumeMounts:
                    - {name: secret-volume, mountPath: /etc/secret-volume, readOnly: true}
                    - {name: configmap-volume, mountPath: /etc/configmap-volume}
                """);
        eventually(pods + "/pod-secrets", pod -> text(pod, "status", "phase").equals("Running"));
    }

    @Test
    @DisplayName("storage | EmptyDir wrapper | no race condition (50 configmaps)")
    void noRace() {
        String namespace = namespace();
        for (int i = 0; i < MAPS; i++) {
            create(
                    collection("v1", namespace, "configmaps"),
                    "{apiVersion: v1, kind: ConfigMap, metadata: {name: racey-configmap-%d}, data: {data-1: value-1}}"
                            .formatted(i));
        }
        for (int round = 0; round < ROUNDS; round++) {
            allRun(namespace, "wrapped-volume-race-" + round);
        }
    }

    /** Pods on one node, each of which mounts all of the maps. */
    private static void allRun(String namespace, String name) {
        String controllers = collection("v1", namespace, "replicationcontrollers");
        String pods = collection("v1", namespace, "pods");
        create(controllers, """
                apiVersion: v1
                kind: ReplicationController
                metadata: {name: %s}
                spec:
                  replicas: %d
                  selector: {name: %s}
                  template:
                    metadata: {labels: {name: %s}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      affinity:
                        nodeAffinity:
                          requiredDuringSchedulingIgnoredDuringExecution:
                            nodeSelectorTerms:
                            - matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [%s]}]
                      volumes: [%s]
                      containers:
                      - name: test-container
                        image: appl-x:1.18
                        resources: {requests: {cpu: 10m}}
                        volumeMounts: [%s]
                """.formatted(
                        name,
                        PODS,
                        name,
                        name,
                        NODES.first(),
                        each("{name: racey-configmap-N, configMap: {name: racey-configmap-N,"
                                + " items: [{key: data-1, path: data-1}]}}"),
                        each("{name: racey-configmap-N, mountPath: /etc/config-N}")));
        eventually(
                controllers + "/" + name,
                controller -> controller.getJsonObject("status").getInt("readyReplicas", 0) == PODS);
        assertThat(items(pods)).hasSize(PODS).allSatisfy(pod -> {
            assertThat(text(pod, "status", "phase")).isEqualTo("Running");
            assertThat(text(pod, "spec", "nodeName")).isEqualTo(NODES.first());
        });
        // Who does not say so leaves the pods of a ReplicationController alone.
        expect(200, api().delete(controllers + "/" + name, "{\"propagationPolicy\":\"Background\"}"));
        await("the pods are gone").atMost(Requests.SOON).until(() -> items(pods).isEmpty());
    }

    private static String each(String text) {
        return IntStream.range(0, MAPS)
                .mapToObj(i -> text.replace("N", String.valueOf(i)))
                .collect(Collectors.joining(", "));
    }
}
