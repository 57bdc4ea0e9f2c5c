package io.coxswain.kinds.core;

import static io.coxswain.kinds.KindAssert.assertThatKind;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.kinds.Trees;
import io.coxswain.meta.ObjectView;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodKindTest {
    private final PodKind kind = new PodKind();

    @Test
    void aBarePodGetsUpstreamsDefaults() {
        assertThatKind(kind).defaults("""
                        metadata: {name: web}
                        spec:
                          containers:
                          - name: web
                            image: appl:1.18
                            ports: [{containerPort: 80}]
                        """, """
                        metadata: {name: web}
                        spec:
                          containers:
                          - name: web
                            image: appl:1.18
                            imagePullPolicy: IfNotPresent
                            ports: [{containerPort: 80, protocol: TCP}]
                            resources: {}
                            terminationMessagePath: /dev/termination-log
                            terminationMessagePolicy: File
                          dnsPolicy: ClusterFirst
                          enableServiceLinks: true
                          restartPolicy: Always
                          schedulerName: default-scheduler
                          securityContext: {}
                          terminationGracePeriodSeconds: 30
                        """);
    }

    @Test
    void volumesProbesHandlersAndEnvironmentAreDefaulted() {
        assertThatKind(kind).defaults("""
                        spec:
                          restartPolicy: Never
                          dnsPolicy: Default
                          schedulerName: mine
                          terminationGracePeriodSeconds: 0
                          enableServiceLinks: false
                          securityContext: {runAsUser: 1}
                          serviceAccountName: robot
                          hostNetwork: true
                          containers:
                          - name: a
                            image: x@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
                            terminationMessagePath: /x
                            terminationMessagePolicy: FallbackToLogsOnError
                            ports: [{containerPort: 80, protocol: UDP}]
                            livenessProbe: {httpGet: {port: 80}}
                            readinessProbe: {tcpSocket: {port: 80}, periodSeconds: 3, timeoutSeconds: 0}
                            startupProbe: {grpc: {port: 80}}
                            lifecycle:
                              preStop: {httpGet: {port: 80, path: /bye}}
                            resources: {limits: {cpu: "1", memory: 1Gi}, requests: {cpu: 500m}}
                            env:
                            - {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
                            - {name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
                          volumes:
                          - {name: none}
                          - {name: host, hostPath: {path: /x}}
                          - {name: files, configMap: {name: c}}
                          - {name: secret, secret: {secretName: s, defaultMode: 256}}
                          - {name: down, downwardAPI: {items: [{path: p, fieldRef: {fieldPath: metadata.name}}]}}
                          - {name: mix, projected: {sources: [{serviceAccountToken: {path: token}}]}}
                        """, """
                        spec:
                          restartPolicy: Never
                          dnsPolicy: Default
                          schedulerName: mine
                          terminationGracePeriodSeconds: 0
                          enableServiceLinks: false
                          securityContext: {runAsUser: 1}
                          serviceAccountName: robot
                          serviceAccount: robot
                          hostNetwork: true
                          containers:
                          - name: a
                            image: x@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
                            imagePullPolicy: IfNotPresent
                            terminationMessagePath: /x
                            terminationMessagePolicy: FallbackToLogsOnError
                            ports: [{containerPort: 80, hostPort: 80, protocol: UDP}]
                            livenessProbe:
                              httpGet: {port: 80, path: /, scheme: HTTP}
                              timeoutSeconds: 1
                              periodSeconds: 10
                              successThreshold: 1
                              failureThreshold: 3
                            readinessProbe:
                              tcpSocket: {port: 80}
                              timeoutSeconds: 1
                              periodSeconds: 3
                              successThreshold: 1
                              failureThreshold: 3
                            startupProbe:
                              grpc: {port: 80, service: ""}
                              timeoutSeconds: 1
                              periodSeconds: 10
                              successThreshold: 1
                              failureThreshold: 3
                            lifecycle:
                              preStop: {httpGet: {port: 80, path: /bye, scheme: HTTP}}
                            resources: {limits: {cpu: "1", memory: 1Gi}, requests: {cpu: 500m, memory: 1Gi}}
                            env:
                            - {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP, apiVersion: v1}}}
                            - {name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: "0"}}}
                          volumes:
                          - {name: none, emptyDir: {}}
                          - {name: host, hostPath: {path: /x, type: ""}}
                          - {name: files, configMap: {name: c, defaultMode: 420}}
                          - {name: secret, secret: {secretName: s, defaultMode: 256}}
                          - name: down
                            downwardAPI:
                              defaultMode: 420
                              items: [{path: p, fieldRef: {fieldPath: metadata.name, apiVersion: v1}}]
                          - name: mix
                            projected:
                              defaultMode: 420
                              sources: [{serviceAccountToken: {path: token, expirationSeconds: 3600}}]
                        """);
    }

    @ParameterizedTest
    @CsvSource({
        "nginx,Always",
        "nginx:latest,Always",
        "nginx:1.25,IfNotPresent",
        "localhost:5000/team/app,Always",
        "localhost:5000/team/app:v1,IfNotPresent",
        "app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef,IfNotPresent",
        "BAD//name,IfNotPresent",
    })
    void thePullPolicyFollowsTheTag(String image, String policy) {
        ObjectView pod =
                new ObjectView(kind.defaults(Trees.yaml("spec: {containers: [{name: a, image: '" + image + "'}]}")));

        assertThat(pod.items("spec", "containers").get(0).text("imagePullPolicy"))
                .isEqualTo(policy);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{};BestEffort",
                "{requests: {cpu: 100m}};Burstable",
                "{limits: {cpu: 100m}, requests: {cpu: 100m}};Burstable",
                "{limits: {cpu: 100m, memory: 1Gi}, requests: {cpu: 100m, memory: 1Gi}};Guaranteed",
                "{limits: {cpu: 100m, memory: 1Gi}, requests: {cpu: 50m, memory: 1Gi}};Burstable",
                "{requests: {ephemeral-storage: 1Gi}};BestEffort",
            })
    void aNewPodIsPendingWithItsQualityOfService(String resources, String qos) {
        ObjectView pod = new ObjectView(kind.prepareForCreate(Trees.yaml(
                "{status: {phase: Running}, spec: {containers: [{name: a, resources: " + resources + "}]}}")));

        assertThat(pod.object("status")).isEqualTo(Trees.yaml("{phase: Pending, qosClass: " + qos + "}"));
    }

    @Test
    void aGatedPodSaysSo() {
        ObjectView pod = new ObjectView(kind.prepareForCreate(Trees.yaml("spec: {schedulingGates: [{name: a}]}")));

        assertThat(pod.items("status", "conditions").get(0).text("reason")).isEqualTo("SchedulingGated");
    }

    @Test
    void aStatusWriteCannotTouchOwners() {
        var old = Trees.yaml("{metadata: {name: a, ownerReferences: [{name: rs}]}, status: {qosClass: Burstable}}");
        var now = Trees.yaml("{metadata: {name: a, deletionTimestamp: x}, status: {phase: Running}}");

        assertThat(kind.prepareForStatusUpdate(now, old))
                .isEqualTo(Trees.yaml("{metadata: {name: a, ownerReferences: [{name: rs}]},"
                        + " status: {phase: Running, qosClass: Burstable}}"));
    }

    @Test
    void onlyBoundAndLivePodsGetTimeToEnd() {
        String bound = "{spec: {nodeName: n1, terminationGracePeriodSeconds: 30}, status: {phase: Running}}";
        String unbound = "{spec: {terminationGracePeriodSeconds: 30}, status: {phase: Pending}}";
        String ended = "{spec: {nodeName: n1, terminationGracePeriodSeconds: 30}, status: {phase: Failed}}";

        assertThat(kind.gracePeriodSeconds(Trees.view(bound), Optional.empty())).contains(30L);
        assertThat(kind.gracePeriodSeconds(Trees.view(bound), Optional.of(5L))).contains(5L);
        assertThat(kind.gracePeriodSeconds(Trees.view(bound), Optional.of(0L))).contains(0L);
        assertThat(kind.gracePeriodSeconds(Trees.view(bound), Optional.of(-1L))).contains(1L);
        assertThat(kind.gracePeriodSeconds(Trees.view(unbound), Optional.of(5L)))
                .contains(0L);
        assertThat(kind.gracePeriodSeconds(Trees.view(ended), Optional.empty())).contains(0L);
    }

    @Test
    void rowsShowWhatHappensInThePod() {
        assertThatKind(kind)
                .row("""
                        metadata: {name: web, creationTimestamp: "2026-01-02T03:03:00Z"}
                        spec: {nodeName: node-1, containers: [{name: a}, {name: b}]}
                        status:
                          phase: Running
                          podIPs: [{ip: 10.244.0.7}]
                          containerStatuses:
                          - {name: a, ready: true, restartCount: 0, state: {running: {}}}
                          - name: b
                            ready: false
                            restartCount: 3
                            state: {waiting: {reason: CrashLoopBackOff}}
                            lastState: {terminated: {exitCode: 1, finishedAt: "2026-01-02T02:59:05Z"}}
                        """, "web | 1/2 | CrashLoopBackOff | 3 (5m ago) | 65s | 10.244.0.7 | node-1 | <none> | <none>")
                .row("""
                        metadata: {name: new, creationTimestamp: "2026-01-02T03:04:05Z"}
                        spec: {containers: [{name: a}]}
                        status: {phase: Pending}
                        """, "new | 0/1 | Pending | 0 | 0s | <none> | <none> | <none> | <none>")
                .row("""
                        metadata: {name: gated}
                        spec: {containers: [{name: a}], readinessGates: [{conditionType: x}, {conditionType: y}]}
                        status:
                          phase: Pending
                          conditions:
                          - {type: PodScheduled, status: "False", reason: SchedulingGated}
                          - {type: x, status: "True"}
                        """, "gated | 0/1 | SchedulingGated | 0 | <unknown> | <none> | <none> | <none> | 1/2")
                .row("""
                        metadata: {name: gone, deletionTimestamp: "2026-01-02T03:04:05Z"}
                        spec: {containers: [{name: a}]}
                        status:
                          phase: Running
                          containerStatuses: [{name: a, ready: true, state: {running: {}}}]
                        """, "gone | 1/1 | Terminating | 0 | <unknown> | <none> | <none> | <none> | <none>")
                .row("""
                        metadata: {name: lost, deletionTimestamp: "2026-01-02T03:04:05Z"}
                        spec: {containers: [{name: a}]}
                        status: {phase: Running, reason: NodeLost}
                        """, "lost | 0/1 | Unknown | 0 | <unknown> | <none> | <none> | <none> | <none>")
                .row("""
                        metadata: {name: done}
                        spec: {containers: [{name: a}]}
                        status:
                          phase: Succeeded
                          containerStatuses: [{name: a, state: {terminated: {exitCode: 0, reason: Completed}}}]
                        """, "done | 0/1 | Completed | 0 | <unknown> | <none> | <none> | <none> | <none>");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{waiting: {reason: PodInitializing}};Init:0/2",
                "{waiting: {reason: ImagePullBackOff}};Init:ImagePullBackOff",
                "{running: {}};Init:0/2",
                "{terminated: {exitCode: 1, reason: Error}};Init:Error",
                "{terminated: {exitCode: 3}};Init:ExitCode:3",
                "{terminated: {exitCode: 137, signal: 9}};Init:Signal:9",
            })
    void statusNamesTheInitContainerThatHoldsThePod(String state, String expected) {
        assertThatKind(kind)
                .row(
                        """
                        metadata: {name: p}
                        spec: {initContainers: [{name: i}, {name: j}], containers: [{name: a}]}
                        status:
                          phase: Pending
                          initContainerStatuses: [{name: i, restartCount: 0, state: %s}]
                        """.formatted(state),
                        "p | 0/1 | " + expected + " | 0 | <unknown> | <none> | <none> | <none> | <none>");
    }

    @Test
    void aRunningSidecarCountsAsAContainer() {
        assertThatKind(kind).row("""
                        metadata: {name: p}
                        spec: {initContainers: [{name: i, restartPolicy: Always}], containers: [{name: a}]}
                        status:
                          phase: Running
                          conditions: [{type: Ready, status: "True"}]
                          initContainerStatuses:
                          - {name: i, started: true, ready: true, restartCount: 2, state: {running: {}}}
                          containerStatuses:
                          - {name: a, restartCount: 1, state: {terminated: {exitCode: 0, reason: Completed}}}
                        """, "p | 1/2 | Completed | 3 | <unknown> | <none> | <none> | <none> | <none>");
    }

    @Test
    void fieldSelectorsSeeEmptyTextForWhatIsAbsent() {
        assertThat(kind.fieldValues(Trees.view("{spec: {nodeName: n1}, status: {podIPs: [{ip: 10.0.0.1}]}}")))
                .containsEntry("spec.nodeName", "n1")
                .containsEntry("status.podIP", "10.0.0.1")
                .containsEntry("status.phase", "")
                .containsEntry("spec.hostNetwork", "false")
                .containsOnlyKeys(kind.selectableFields());
    }
}
