package io.coxswain.kinds.apps;

import static io.coxswain.kinds.KindAssert.assertThatKind;

import org.junit.jupiter.api.Test;

class AppsKindsTest {
    @Test
    void deploymentsGetUpstreamsDefaults() {
        assertThatKind(new DeploymentKind()).defaults("""
                        spec:
                          selector: {matchLabels: {app: web}}
                          template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "appl:1.18"}]}}
                        """, """
                        spec:
                          replicas: 1
                          revisionHistoryLimit: 10
                          progressDeadlineSeconds: 600
                          strategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 25%, maxSurge: 25%}}
                          selector: {matchLabels: {app: web}}
                          template:
                            metadata: {labels: {app: web}}
                            spec:
                              containers:
                              - name: web
                                image: appl:1.18
                                imagePullPolicy: IfNotPresent
                                resources: {}
                                terminationMessagePath: /dev/termination-log
                                terminationMessagePolicy: File
                              dnsPolicy: ClusterFirst
                              restartPolicy: Always
                              schedulerName: default-scheduler
                              securityContext: {}
                              terminationGracePeriodSeconds: 30
                        status: {}
                        """);
    }

    @Test
    void aRecreateDeploymentHasNoRollingUpdateFields() {
        assertThatKind(new DeploymentKind()).defaults("spec: {replicas: 0, strategy: {type: Recreate}}", """
                        spec:
                          replicas: 0
                          strategy: {type: Recreate}
                          revisionHistoryLimit: 10
                          progressDeadlineSeconds: 600
                        status: {}
                        """);
    }

    @Test
    void rowsShowReplicasContainersAndSelector() {
        assertThatKind(new DeploymentKind()).row("""
                        metadata: {name: web, creationTimestamp: "2026-01-01T03:04:05Z"}
                        spec:
                          replicas: 3
                          selector: {matchLabels: {app: web}, matchExpressions: [{key: t, operator: In, values: [b, a]}]}
                          template: {spec: {containers: [{name: a, image: "x:1"}, {name: b, image: "y:2"}]}}
                        status: {readyReplicas: 2, updatedReplicas: 3, availableReplicas: 1}
                        """, "web | 2/3 | 3 | 1 | 24h | a,b | x:1,y:2 | app=web,t in (a,b)");
        assertThatKind(new ReplicaSetKind()).row("""
                        metadata: {name: web-1}
                        spec: {replicas: 3, selector: {matchLabels: {app: web}}}
                        status: {replicas: 2, readyReplicas: 1}
                        """, "web-1 | 3 | 2 | 1 | <unknown> |  |  | app=web");
    }
}
