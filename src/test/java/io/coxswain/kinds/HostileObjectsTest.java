package io.coxswain.kinds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.coxswain.apiserver.registry.KindDefinition;
import io.coxswain.kinds.apps.DeploymentKind;
import io.coxswain.kinds.batch.CronJobKind;
import io.coxswain.kinds.core.EndpointsKind;
import io.coxswain.kinds.core.EventKind;
import io.coxswain.kinds.core.LimitRangeKind;
import io.coxswain.kinds.core.NamespaceKind;
import io.coxswain.kinds.core.NodeKind;
import io.coxswain.kinds.core.PodKind;
import io.coxswain.kinds.core.ResourceQuotaKind;
import io.coxswain.kinds.core.SecretKind;
import io.coxswain.kinds.core.ServiceKind;
import io.coxswain.kinds.discovery.EndpointSliceKind;
import io.coxswain.kinds.rbac.RoleBindingKind;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** No object, however odd, may make a kind throw: each field of a manifest in turn gets a value of every wrong type. */
class HostileObjectsTest {
    private static final List<JsonValue> ODD = List.of(
            JsonValue.NULL,
            JsonValue.TRUE,
            JsonTrees.number(-1),
            JsonTrees.number(new java.math.BigDecimal("1e400")),
            JsonTrees.text(""),
            JsonTrees.text("\u0000/:,%[]['"),
            JsonValue.EMPTY_JSON_ARRAY,
            JsonTrees.array(List.of(JsonValue.NULL, JsonTrees.number(1), JsonTrees.text("x"))),
            JsonValue.EMPTY_JSON_OBJECT);

    static Stream<Arguments> kinds() {
        return Stream.of(
                Arguments.of(new PodKind(), """
                        metadata: {name: a, labels: {a: b}}
                        spec:
                          volumes: [{name: v, projected: {sources: [{serviceAccountToken: {path: t}}]}}, {name: w, secret: {items: [{key: a}]}}]
                          containers:
                          - name: c
                            image: x:1
                            ports: [{containerPort: 1, hostPort: 2}]
                            env: [{name: a, valueFrom: {fieldRef: {fieldPath: x}}}]
                            resources: {limits: {cpu: "1"}, requests: {cpu: "1"}}
                            livenessProbe: {httpGet: {port: 1}}
                            volumeMounts: [{name: v, mountPath: /x}]
                            securityContext: {capabilities: {add: [A]}}
                          affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: a, operator: In, values: [b]}]}]}}}
                          tolerations: [{key: a}]
                          dnsConfig: {nameservers: [a], searches: [b]}
                        status:
                          phase: Running
                          podIPs: [{ip: a}]
                          containerStatuses: [{name: c, restartCount: 1, state: {running: {}}, lastState: {terminated: {finishedAt: x}}}]
                        """),
                Arguments.of(new DeploymentKind(), """
                        spec:
                          replicas: 1
                          strategy: {rollingUpdate: {maxSurge: 1}}
                          selector: {matchLabels: {a: b}, matchExpressions: [{key: a, operator: In, values: [b]}]}
                          template: {metadata: {labels: {a: b}}, spec: {containers: [{name: a, image: x}]}}
                        """),
                Arguments.of(
                        new ServiceKind(),
                        "spec: {type: NodePort, clusterIPs: [a], ports: [{port: 1, targetPort: a, nodePort: 3}],"
                                + " externalIPs: [a], sessionAffinityConfig: {clientIP: {timeoutSeconds: 1}}}"),
                Arguments.of(
                        new NodeKind(),
                        "{metadata: {labels: {a: b}}, spec: {podCIDR: a, taints: [{key: a}]},"
                                + " status: {conditions: [{type: Ready}], addresses: [{type: a}], capacity: {cpu: '1'}}}"),
                Arguments.of(new NamespaceKind(), "{metadata: {name: a}, spec: {finalizers: [a]}, status: {phase: a}}"),
                Arguments.of(
                        new SecretKind(), "{type: kubernetes.io/dockercfg, data: {.dockercfg: a}, stringData: {a: b}}"),
                Arguments.of(
                        new EventKind(),
                        "{metadata: {namespace: a}, involvedObject: {kind: a, name: b},"
                                + " series: {count: 1}, eventTime: x, source: {component: a}}"),
                Arguments.of(
                        new io.coxswain.kinds.events.EventKind(),
                        "{note: a, regarding: {kind: a}, series: {count: 1}}"),
                Arguments.of(new EndpointsKind(), "subsets: [{addresses: [{ip: a}], ports: [{port: 1, name: a}]}]"),
                Arguments.of(
                        new EndpointSliceKind(),
                        "{addressType: IPv4, endpoints: [{addresses: [a]}], ports: [{port: 1, name: a}]}"),
                Arguments.of(
                        new ResourceQuotaKind(),
                        "{spec: {hard: {pods: '1'}, scopes: [a], scopeSelector: {matchExpressions: [{scopeName: a}]}},"
                                + " status: {hard: {pods: '1'}, used: {pods: '1'}}}"),
                Arguments.of(
                        new LimitRangeKind(),
                        "spec: {limits: [{type: Container, max: {cpu: '1'}, min: {cpu: '1'},"
                                + " maxLimitRequestRatio: {cpu: '1'}}]}"),
                Arguments.of(new RoleBindingKind(), "{roleRef: {kind: a, name: b}, subjects: [{kind: User, name: a}]}"),
                Arguments.of(
                        new CronJobKind(),
                        "spec: {schedule: a, timeZone: b, jobTemplate: {spec: {template: {spec: {containers: [{name: a}]}}}}}"));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void nothingMakesAKindThrow(KindDefinition kind, String manifest) {
        JsonObject sound = Trees.yaml(manifest);
        List<JsonObject> variants = variants(sound);
        assertThat(variants).hasSizeGreaterThan(20);
        survives(kind, variants, sound);
    }

    static void survives(KindDefinition kind, List<JsonObject> variants, JsonObject sound) {
        for (JsonObject variant : variants) {
            assertThatCode(() -> useAll(kind, variant, sound)).as("%s", variant).doesNotThrowAnyException();
        }
    }

    private static void useAll(KindDefinition kind, JsonObject object, JsonObject sound) {
        JsonObject defaulted = kind.defaults(kind.prepareForCreate(kind.defaults(object)));
        ObjectView view = new ObjectView(defaulted);
        kind.validate(view);
        kind.warnings(view);
        kind.cells(new ObjectView(object), KindAssert.NOW);
        kind.fieldValues(new ObjectView(object));
        kind.gracePeriodSeconds(new ObjectView(object), java.util.Optional.empty());
        JsonObject old = kind.defaults(sound);
        kind.validateUpdate(new ObjectView(kind.prepareForUpdate(kind.defaults(object), old)), new ObjectView(old));
        kind.validateUpdate(new ObjectView(kind.prepareForUpdate(old, kind.defaults(object))), new ObjectView(object));
        kind.validateStatusUpdate(new ObjectView(kind.prepareForStatusUpdate(object, old)), new ObjectView(old));
    }

    static List<JsonObject> variants(JsonObject object) {
        List<JsonObject> variants = new ArrayList<>();
        for (String key : object.keySet()) {
            for (JsonValue odd : ODD) {
                variants.add(JsonTrees.with(object, key, odd));
            }
            for (JsonValue inner : variants(object.get(key))) {
                variants.add(JsonTrees.with(object, key, inner));
            }
        }
        return variants;
    }

    private static List<? extends JsonValue> variants(JsonValue value) {
        if (value instanceof JsonObject object) {
            return variants(object);
        }
        List<JsonValue> variants = new ArrayList<>();
        if (value instanceof JsonArray array) {
            for (int i = 0; i < array.size(); i++) {
                List<JsonValue> inside = new ArrayList<>(ODD);
                inside.addAll(variants(array.get(i)));
                for (JsonValue each : inside) {
                    List<JsonValue> changed = new ArrayList<>(array);
                    changed.set(i, each);
                    variants.add(JsonTrees.array(changed));
                }
            }
        }
        return variants;
    }
}
