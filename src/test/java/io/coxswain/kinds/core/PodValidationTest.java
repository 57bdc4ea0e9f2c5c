package io.coxswain.kinds.core;

import static io.coxswain.kinds.KindAssert.assertThatKind;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.kinds.Trees;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodValidationTest {
    private final PodKind kind = new PodKind();

    @Test
    void aRichPodIsValid() {
        assertThatKind(kind).valid("""
                        metadata: {name: web, namespace: dev}
                        spec:
                          initContainers:
                          - {name: init, image: x, restartPolicy: Always, startupProbe: {exec: {command: [a]}}}
                          - {name: once, image: x}
                          containers:
                          - name: web
                            image: x
                            ports: [{containerPort: 80, name: http}, {containerPort: 80, protocol: UDP}]
                            env: [{name: "a.b-c", value: x}, {name: P, valueFrom: {fieldRef: {fieldPath: "metadata.labels['app']"}}}]
                            envFrom: [{configMapRef: {name: c}}, {prefix: X_, secretRef: {name: s}}]
                            resources: {requests: {cpu: 100m, example.com/gpu: '1'}, limits: {cpu: '1', example.com/gpu: '1'}}
                            volumeMounts: [{name: v, mountPath: /v, subPath: a/b}, {name: t, mountPath: /t}]
                            livenessProbe: {httpGet: {port: http}}
                            readinessProbe: {tcpSocket: {port: 80}}
                            lifecycle: {preStop: {sleep: {seconds: 3}}}
                            securityContext: {runAsUser: 0, allowPrivilegeEscalation: false}
                          volumes:
                          - {name: v, emptyDir: {sizeLimit: 1Gi}}
                          - name: t
                            projected:
                              sources:
                              - {serviceAccountToken: {path: token, expirationSeconds: 3607}}
                              - {configMap: {name: kube-root-ca.crt, items: [{key: ca.crt, path: ca.crt}]}}
                              - {downwardAPI: {items: [{path: namespace, fieldRef: {fieldPath: metadata.namespace}}]}}
                          nodeSelector: {disk: ssd}
                          tolerations: [{operator: Exists}, {key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 3}]
                          affinity:
                            nodeAffinity:
                              requiredDuringSchedulingIgnoredDuringExecution:
                                nodeSelectorTerms: [{matchExpressions: [{key: a, operator: Gt, values: ["1"]}]}]
                            podAntiAffinity:
                              preferredDuringSchedulingIgnoredDuringExecution:
                              - weight: 1
                                podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {a: b}}}
                          topologySpreadConstraints:
                          - {maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}
                        """);
    }

    @Test
    void aPodNeedsContainersWithNamesAndImages() {
        assertThatKind(kind)
                .faults("spec: {}", "spec.containers: Required value")
                .faults(
                        "spec: {containers: [{}]}",
                        "spec.containers[0].name: Required value",
                        "spec.containers[0].image: Required value")
                .faults(
                        "spec: {containers: [{name: a, image: x}, {name: a, image: ' y'}, {name: A_B, image: x}]}",
                        "spec.containers[1].image: Invalid value: \" y\": must not have leading or trailing whitespace",
                        "spec.containers[1].name: Duplicate value: \"a\"",
                        "spec.containers[2].name: Invalid value: \"A_B\": a lowercase RFC 1123 label must consist of lower"
                                + " case alphanumeric characters or '-', and must start and end with an alphanumeric"
                                + " character (e.g. 'my-name',  or '123-abc', regex used for validation is"
                                + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?')");
    }

    /** Each row: what is put into the one container; the fault, with the container's path left out. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "imagePullPolicy: Sometimes;.imagePullPolicy: Unsupported value: \"Sometimes\": supported values:"
                        + " \"Always\", \"IfNotPresent\", \"Never\"",
                "terminationMessagePolicy: X;.terminationMessagePolicy: Unsupported value: \"X\": supported values:"
                        + " \"FallbackToLogsOnError\", \"File\"",
                "restartPolicy: Always;.restartPolicy: Forbidden: may not be set for non-init containers",
                "ports: [{containerPort: 70000}];.ports[0].containerPort: Invalid value: 70000: must be between 1 and"
                        + " 65535, inclusive",
                "ports: [{name: x}];.ports[0].containerPort: Required value",
                "ports: [{containerPort: 1, hostPort: -1}];.ports[0].hostPort: Invalid value: -1: must be between 1 and"
                        + " 65535, inclusive",
                "ports: [{containerPort: 1, protocol: HTTP}];.ports[0].protocol: Unsupported value: \"HTTP\": supported"
                        + " values: \"SCTP\", \"TCP\", \"UDP\"",
                "ports: [{containerPort: 1, name: a}, {containerPort: 2, name: a}];.ports[1].name: Duplicate value:"
                        + " \"a\"",
                "ports: [{containerPort: 1, hostPort: 5}, {containerPort: 2, hostPort: 5}];.ports[1].hostPort: Duplicate"
                        + " value: \"5//TCP\"",
                "ports: [{containerPort: 1, name: much-too-long-a-name}];.ports[0].name: Invalid value:"
                        + " \"much-too-long-a-name\": must be no more than 15 characters",
                "ports: [{containerPort: 1, name: '80'}];.ports[0].name: Invalid value: \"80\": must contain at least one"
                        + " letter (a-z)",
                "env: [{value: x}];.env[0].name: Required value",
                "env: [{name: 'a=b'}];.env[0].name: Invalid value: \"a=b\": a valid environment variable name must consist"
                        + " only of printable ASCII characters other than '='",
                "env: [{name: A, valueFrom: {}}];.env[0].valueFrom: Invalid value: \"\": must specify one of: `fieldRef`,"
                        + " `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`",
                "env: [{name: A, value: x, valueFrom: {secretKeyRef: {name: s, key: k}}}];.env[0].valueFrom: Invalid value:"
                        + " \"\": may not be specified when `value` is not empty",
                "env: [{name: A, valueFrom: {fieldRef: {fieldPath: status.phase}}}];.env[0].valueFrom.fieldRef.fieldPath:"
                        + " Unsupported value: \"status.phase\": supported values: \"metadata.name\","
                        + " \"metadata.namespace\", \"metadata.uid\", \"spec.nodeName\", \"spec.serviceAccountName\","
                        + " \"status.hostIP\", \"status.hostIPs\", \"status.podIP\", \"status.podIPs\"",
                "env: [{name: A, valueFrom: {fieldRef: {fieldPath: nonsense}}}];.env[0].valueFrom.fieldRef.fieldPath:"
                        + " Invalid value: \"nonsense\": error converting fieldPath: field label not supported: nonsense",
                "env: [{name: A, valueFrom: {configMapKeyRef: {name: c, key: 'a b'}}}];"
                        + ".env[0].valueFrom.configMapKeyRef.key: Invalid value: \"a b\": a valid config key must consist of"
                        + " alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex"
                        + " used for validation is '[-._a-zA-Z0-9]+')",
                "envFrom: [{}];.envFrom: Invalid value: \"\": must specify one of: `configMapRef` or `secretRef`",
                "volumeMounts: [{name: nope, mountPath: /x}];.volumeMounts[0].name: Not found: \"nope\"",
                "volumeMounts: [{name: v}];.volumeMounts[0].mountPath: Required value",
                "volumeMounts: [{name: v, mountPath: /x}, {name: v, mountPath: /x}];.volumeMounts[1].mountPath: Invalid"
                        + " value: \"/x\": must be unique",
                "volumeMounts: [{name: v, mountPath: /x, subPath: ../y}];.volumeMounts.subPath: Invalid value: \"../y\":"
                        + " must not contain '..'",
                "livenessProbe: {};.livenessProbe: Required value: must specify a handler type",
                "livenessProbe: {exec: {command: [a]}, tcpSocket: {port: 1}};.livenessProbe.tcpSocket: Forbidden: may not"
                        + " specify more than 1 handler type",
                "livenessProbe: {exec: {command: [a]}, successThreshold: 2};.livenessProbe.successThreshold: Invalid value:"
                        + " 2: must be 1",
                "livenessProbe: {exec: {}};.livenessProbe.exec.command: Required value",
                "readinessProbe: {httpGet: {port: 99999}};.readinessProbe.httpGet.port: Invalid value: 99999: must be"
                        + " between 1 and 65535, inclusive",
                "readinessProbe: {httpGet: {port: 1, scheme: FTP}};.readinessProbe.httpGet.scheme: Unsupported value:"
                        + " \"FTP\": supported values: \"HTTP\", \"HTTPS\"",
                "readinessProbe: {tcpSocket: {port: 1}, periodSeconds: -1};.readinessProbe.periodSeconds: Invalid value:"
                        + " -1: must be greater than or equal to 0",
                "lifecycle: {preStop: {sleep: {seconds: 31}}};.lifecycle.preStop.sleep: Invalid value: 31: must be"
                        + " non-negative and less than terminationGracePeriodSeconds (30)",
                "resources: {limits: {cpu: '-1'}};.resources.limits[cpu]: Invalid value: \"-1\": must be greater than or"
                        + " equal to 0",
                "resources: {requests: {cpu: '2'}, limits: {cpu: '1'}};.resources.requests: Invalid value: \"2\": must be less"
                        + " than or equal to cpu limit of 1",
                "resources: {requests: {example.com/gpu: '1'}};.resources.limits: Required value: Limit must be set for non"
                        + " overcommitable resources",
                "resources: {limits: {example.com/gpu: 500m}};.resources.limits[example.com/gpu]: Invalid value: \"500m\":"
                        + " must be an integer",
                "securityContext: {runAsUser: -5};.securityContext.runAsUser: Invalid value: -5: must be between 0 and"
                        + " 2147483647, inclusive",
            })
    void aContainersFaultsAreNamed(String content, String fault) {
        String manifest = "spec: {volumes: [{name: v}], containers: [{name: a, image: x, " + content + "}]}";
        String expected = "spec.containers[0]" + fault;

        // what is wrong in limits is wrong in the requests that follow from them
        assertThat(kind.validate(new io.coxswain.meta.ObjectView(kind.defaults(Trees.yaml(manifest)))))
                .extracting(Object::toString)
                .contains(expected)
                .hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void anUnknownResourceHasTwoFaults() {
        assertThatKind(kind)
                .faults(
                        "spec: {containers: [{name: a, image: x, resources: {requests: {foo: '1'}}}]}",
                        "spec.containers[0].resources.requests[foo]: Invalid value: \"foo\": must be a standard resource"
                                + " type or fully qualified",
                        "spec.containers[0].resources.requests[foo]: Invalid value: \"foo\": must be a standard resource"
                                + " for containers");
    }

    /** Each row: what is put into the spec; the fault. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "restartPolicy: Sometimes;spec.restartPolicy: Unsupported value: \"Sometimes\": supported values:"
                        + " \"Always\", \"OnFailure\", \"Never\"",
                "dnsPolicy: X;spec.dnsPolicy: Unsupported value: \"X\": supported values: \"ClusterFirstWithHostNet\","
                        + " \"ClusterFirst\", \"Default\", \"None\"",
                "dnsPolicy: None;spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None",
                "dnsConfig: {nameservers: [a]};spec.dnsConfig.nameservers[0]: Invalid value: \"a\": must be a valid IP"
                        + " address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
                "activeDeadlineSeconds: 0;spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647,"
                        + " inclusive",
                "volumes: [{name: a}, {name: a}];spec.volumes[1].name: Duplicate value: \"a\"",
                "volumes: [{emptyDir: {}}];spec.volumes[0].name: Required value",
                "volumes: [{name: a, emptyDir: {}, hostPath: {path: /}}];spec.volumes[0].hostPath: Forbidden: may not"
                        + " specify more than 1 volume type",
                "volumes: [{name: a, hostPath: {}}];spec.volumes[0].hostPath.path: Required value",
                "volumes: [{name: a, hostPath: {path: /x, type: Odd}}];spec.volumes[0].hostPath.type: Unsupported value:"
                        + " \"Odd\": supported values: \"\", \"BlockDevice\", \"CharDevice\", \"Directory\","
                        + " \"DirectoryOrCreate\", \"File\", \"FileOrCreate\", \"Socket\"",
                "volumes: [{name: a, secret: {}}];spec.volumes[0].secret.secretName: Required value",
                "volumes: [{name: a, configMap: {name: c, defaultMode: 512}}];spec.volumes[0].configMap.defaultMode:"
                        + " Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive",
                "volumes: [{name: a, configMap: {name: c, items: [{key: k, path: /abs}]}}];"
                        + "spec.volumes[0].configMap.items[0].path: Invalid value: \"/abs\": must be a relative path",
                "volumes: [{name: a, persistentVolumeClaim: {}}];spec.volumes[0].persistentVolumeClaim.claimName: Required"
                        + " value",
                "volumes: [{name: a, projected: {sources: [{serviceAccountToken: {path: t, expirationSeconds: 5}}]}}];"
                        + "spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 5: may"
                        + " not specify a duration less than 10 minutes",
                "tolerations: [{key: a, operator: Maybe}];spec.tolerations[0].operator: Unsupported value: \"Maybe\":"
                        + " supported values: \"Equal\", \"Exists\"",
                "tolerations: [{key: a, effect: Sometimes}];spec.tolerations[0].effect: Unsupported value: \"Sometimes\":"
                        + " supported values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\"",
                "tolerations: [{key: a, tolerationSeconds: 3}];spec.tolerations[0].effect: Invalid value: \"\": effect must"
                        + " be 'NoExecute' when `tolerationSeconds` is set",
                "nodeSelector: {a: 'b c'};spec.nodeSelector: Invalid value: \"b c\": a valid label must be an empty string"
                        + " or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
                        + " alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation"
                        + " is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
                "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {}}};"
                        + "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms:"
                        + " Required value: must have at least one node selector term",
                "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{}]}};"
                        + "spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required"
                        + " value: can not be empty",
                "affinity: {podAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 0, podAffinityTerm:"
                        + " {topologyKey: z}}]}};spec.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[0]"
                        + ".weight: Invalid value: 0: must be in the range 1-100",
                "topologySpreadConstraints: [{maxSkew: 0, topologyKey: z, whenUnsatisfiable: DoNotSchedule}];"
                        + "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero",
                "initContainers: [{name: i, image: x, livenessProbe: {exec: {command: [a]}}}];"
                        + "spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without"
                        + " restartPolicy=Always",
                "initContainers: [{name: c, image: x}];spec.initContainers[0].name: Duplicate value: \"c\"",
                "hostAliases: [{ip: x}];spec.hostAliases[0].ip: Invalid value: \"x\": must be a valid IP address, (e.g."
                        + " 10.9.8.7 or 2001:db8::ffff)",
                "hostPID: true, shareProcessNamespace: true;spec.shareProcessNamespace: Invalid value: true:"
                        + " ShareProcessNamespace and HostPID cannot both be enabled",
                "schedulingGates: [{name: a}], nodeName: n;spec.nodeName: Forbidden: cannot be set until all"
                        + " schedulingGates have been cleared",
                "securityContext: {seccompProfile: {type: Localhost}};spec.securityContext.seccompProfile.localhostProfile:"
                        + " Required value: must be set when seccomp type is Localhost",
            })
    void aSpecsFaultsAreNamed(String content, String fault) {
        assertThatKind(kind).faults("spec: {containers: [{name: c, image: x}], " + content + "}", fault);
    }

    private static final String OLD = """
            spec:
              terminationGracePeriodSeconds: 30
              tolerations: [{key: a, operator: Exists}]
              containers: [{name: a, image: "x:1", ports: [{containerPort: 80}]}]
            """;

    @Test
    void imagesAndNewTolerationsMayChange() {
        assertThatKind(kind)
                .updateFaults(OLD, OLD.replace("x:1", "x:2"))
                .updateFaults(OLD, OLD.replace("Exists}]", "Exists}, {key: b, operator: Exists}]"))
                .updateFaults(OLD, OLD.replace("spec:", "spec:\n  activeDeadlineSeconds: 5"));
    }

    @Test
    void whatElseChangesIsRefusedWithUpstreamsSentence() {
        String sentence = "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,"
                + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing"
                + " tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously"
                + " negative)\n";
        assertThatKind(kind)
                .updateFaults(
                        OLD,
                        OLD.replace("containerPort: 80", "containerPort: 81"),
                        sentence
                                + "- spec.containers[0].ports[0].containerPort: 80\n"
                                + "+ spec.containers[0].ports[0].containerPort: 81\n")
                .updateFaults(
                        OLD,
                        OLD.replace("Seconds: 30", "Seconds: 1"),
                        sentence
                                + "- spec.terminationGracePeriodSeconds: 30\n+ spec.terminationGracePeriodSeconds: 1\n")
                .updateFaults(
                        OLD,
                        OLD.replace("key: a", "key: b"),
                        "spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds")
                .updateFaults(
                        OLD,
                        "spec: {containers: [{name: a, image: x}, {name: b, image: y}]}",
                        "spec.containers: Forbidden: pod updates may not add or remove containers")
                .updateFaults(
                        "spec: {activeDeadlineSeconds: 5, containers: [{name: a, image: x}]}",
                        "spec: {activeDeadlineSeconds: 6, containers: [{name: a, image: x}]}",
                        "spec.activeDeadlineSeconds: Invalid value: 6: must be less than or equal to previous value");
    }

    @Test
    void gatesMayOnlyGo() {
        String gated = "spec: {schedulingGates: [{name: a}], containers: [{name: a, image: x}]}";
        assertThatKind(kind)
                .updateFaults(gated, gated.replace("[{name: a}], containers", "[], containers"))
                .updateFaults(
                        gated,
                        gated.replace("[{name: a}], containers", "[{name: b}], containers"),
                        "spec.schedulingGates: Forbidden: only deletion is allowed, but found new scheduling gate 'b'");
    }

    @Test
    void unwisePodsAreWarnedOf() {
        assertThat(kind.warnings(Trees.view("""
                                spec:
                                  nodeSelector: {beta.kubernetes.io/os: linux}
                                  containers:
                                  - env: [{name: A, value: "1"}, {name: A, value: "2"}, {name: A, value: "$(A)3"}]
                                    ports: [{containerPort: 80, protocol: TCP}, {containerPort: 80, protocol: TCP}]
                                    resources: {limits: {memory: 1500m}}
                                """)))
                .containsExactly(
                        "spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use \"kubernetes.io/os\" instead",
                        "spec.containers[0].env[1]: hides previous definition of \"A\", which may be dropped when using"
                                + " apply",
                        "spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]",
                        "spec.containers[0].resources.limits[memory]: fractional byte value \"1500m\" is invalid, must be an"
                                + " integer");
    }
}
