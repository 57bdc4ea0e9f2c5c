package io.coxswain.kinds.core;

import static io.coxswain.kinds.KindAssert.assertThatKind;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.kinds.Trees;
import io.coxswain.meta.ApiException;
import org.junit.jupiter.api.Test;

class CoreKindsTest {
    @Test
    void namespacesCarryTheirNameAsALabelAndAFinalizer() {
        NamespaceKind kind = new NamespaceKind();
        assertThatKind(kind)
                .defaults("metadata: {name: dev}", """
                        metadata: {name: dev, labels: {kubernetes.io/metadata.name: dev}}
                        spec: {}
                        status: {phase: Active}
                        """)
                .row(
                        "{metadata: {name: dev, creationTimestamp: '2026-01-02T03:00:00Z'}, status: {phase: Active}}",
                        "dev | Active | 4m5s")
                .faults(
                        "{metadata: {name: dev}, spec: {finalizers: [mine, example.com/ok]}}",
                        "spec.finalizers[0]: Invalid value: \"mine\": name is neither a standard finalizer name nor is it"
                                + " fully qualified");
        assertThat(kind.prepareForCreate(Trees.yaml("{metadata: {name: dev}, status: {phase: Terminating}}")))
                .isEqualTo(Trees.yaml(
                        "{metadata: {name: dev}, spec: {finalizers: [kubernetes]}, status: {phase: Active}}"));
        assertThat(kind.verbs()).doesNotContain("deletecollection");
        assertThat(kind.validateName("a.b", false)).isNotEmpty();
    }

    @Test
    void anUpdateCannotTakeOutANamespacesFinalizersButFinalizeCan() {
        NamespaceKind kind = new NamespaceKind();
        var old = Trees.yaml("{metadata: {name: dev, resourceVersion: '7'}, spec: {finalizers: [kubernetes]}}");
        var now = Trees.yaml("{metadata: {name: dev, labels: {a: b}}, spec: {}}");

        assertThat(kind.prepareForUpdate(now, old))
                .isEqualTo(Trees.yaml("{metadata: {name: dev, labels: {a: b}}, spec: {finalizers: [kubernetes]}}"));

        NamespaceFinalize finalize = new NamespaceFinalize();
        assertThat(finalize.apply(old, now)).isEqualTo(Trees.yaml("{metadata: {name: dev, labels: {a: b}}, spec: {}}"));
        assertThatThrownBy(() -> finalize.apply(old, Trees.yaml("metadata: {name: dev, resourceVersion: '6'}")))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.isConflict()).isTrue());
    }

    @Test
    void nodesShowConditionRolesAndVersions() {
        assertThatKind(new NodeKind())
                .row(
                        """
                        metadata:
                          name: node-1
                          labels: {node-role.kubernetes.io/worker: "", node-role.kubernetes.io/control-plane: ""}
                        spec: {unschedulable: true}
                        status:
                          conditions: [{type: Ready, status: "True"}, {type: DiskPressure, status: "False"}]
                          addresses: [{type: InternalIP, address: 172.30.0.11}, {type: Hostname, address: node-1}]
                          nodeInfo: {kubeletVersion: v1.34.0, osImage: Debian, containerRuntimeVersion: "containerd://1.7"}
                        """,
                        "node-1 | Ready,SchedulingDisabled | control-plane,worker | <unknown> | v1.34.0 | 172.30.0.11 |"
                                + " <none> | Debian | <unknown> | containerd://1.7")
                .row(
                        "metadata: {name: node-2}",
                        "node-2 | Unknown | <none> | <unknown> |  | <none> | <none> | <unknown> | <unknown> |"
                                + " <unknown>");
    }

    @Test
    void servicesAreDefaultedByType() {
        assertThatKind(new ServiceKind())
                .defaults("spec: {ports: [{port: 80}], selector: {app: web}}", """
                        spec:
                          ports: [{port: 80, protocol: TCP, targetPort: 80}]
                          selector: {app: web}
                          sessionAffinity: None
                          type: ClusterIP
                          internalTrafficPolicy: Cluster
                          ipFamilyPolicy: SingleStack
                          ipFamilies: [IPv4]
                        status: {loadBalancer: {}}
                        """)
                .defaults(
                        "spec: {type: LoadBalancer, sessionAffinity: ClientIP, ports: [{port: 80, targetPort: http}]}",
                        """
                        spec:
                          type: LoadBalancer
                          ports: [{port: 80, protocol: TCP, targetPort: http}]
                          sessionAffinity: ClientIP
                          sessionAffinityConfig: {clientIP: {timeoutSeconds: 10800}}
                          externalTrafficPolicy: Cluster
                          internalTrafficPolicy: Cluster
                          allocateLoadBalancerNodePorts: true
                          ipFamilyPolicy: SingleStack
                          ipFamilies: [IPv4]
                        status: {loadBalancer: {}}
                        """)
                .defaults("spec: {type: ExternalName, externalName: example.com}", """
                        spec: {type: ExternalName, externalName: example.com, sessionAffinity: None}
                        status: {loadBalancer: {}}
                        """);
    }

    @Test
    void servicesShowAddressesAndPorts() {
        assertThatKind(new ServiceKind())
                .row("""
                        metadata: {name: web}
                        spec:
                          type: NodePort
                          clusterIP: 10.96.0.20
                          clusterIPs: [10.96.0.20]
                          ports: [{port: 80, nodePort: 30080, protocol: TCP}, {port: 53, protocol: UDP}]
                          selector: {b: "2", a: "1"}
                        """, "web | NodePort | 10.96.0.20 | <none> | 80:30080/TCP,53/UDP | <unknown> | a=1,b=2")
                .row("""
                        metadata: {name: lb}
                        spec: {type: LoadBalancer, clusterIPs: [10.96.0.21], ports: [{port: 80, protocol: TCP}]}
                        """, "lb | LoadBalancer | 10.96.0.21 | <pending> | 80/TCP | <unknown> | <none>")
                .row(
                        "{metadata: {name: x}, spec: {type: ExternalName, externalName: example.com}}",
                        "x | ExternalName | <none> | example.com | <none> | <unknown> | <none>")
                .row(
                        "{metadata: {name: h}, spec: {type: ClusterIP, clusterIPs: [None], externalIPs: [1.2.3.4]}}",
                        "h | ClusterIP | None | 1.2.3.4 | <none> | <unknown> | <none>");
    }

    @Test
    void secretsMergeTheirTexts() {
        assertThatKind(new SecretKind())
                .defaults(
                        "{data: {a: eA==, b: eQ==}, stringData: {b: new}}", "{data: {a: eA==, b: bmV3}, type: Opaque}")
                .row("{metadata: {name: s}, type: Opaque, data: {a: eA==}}", "s | Opaque | 1 | <unknown>");
    }

    @Test
    void configMapsAndServiceAccountsCountWhatTheyHold() {
        assertThatKind(new ConfigMapKind())
                .row("{metadata: {name: c}, data: {a: b}, binaryData: {c: eA==}}", "c | 2 | <unknown>");
        assertThatKind(new ServiceAccountKind())
                .row("{metadata: {name: default}, secrets: [{name: x}]}", "default | 1 | <unknown>");
    }
}
