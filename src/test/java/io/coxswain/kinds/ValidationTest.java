package io.coxswain.kinds;

import static io.coxswain.kinds.KindAssert.assertThatKind;

import io.coxswain.apiserver.registry.KindDefinition;
import io.coxswain.kinds.apps.DeploymentKind;
import io.coxswain.kinds.apps.ReplicaSetKind;
import io.coxswain.kinds.batch.CronJobKind;
import io.coxswain.kinds.coordination.LeaseKind;
import io.coxswain.kinds.core.ConfigMapKind;
import io.coxswain.kinds.core.EndpointsKind;
import io.coxswain.kinds.core.EventKind;
import io.coxswain.kinds.core.LimitRangeKind;
import io.coxswain.kinds.core.NodeKind;
import io.coxswain.kinds.core.ResourceQuotaKind;
import io.coxswain.kinds.core.SecretKind;
import io.coxswain.kinds.discovery.EndpointSliceKind;
import io.coxswain.kinds.rbac.ClusterRoleBindingKind;
import io.coxswain.kinds.rbac.RoleBindingKind;
import io.coxswain.kinds.rbac.RoleKind;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One line a fault: the kind, the manifest, what is wrong with it. */
class ValidationTest {
    private static final String POD = "spec: {containers: [{name: a, image: x}]}";

    static Stream<Arguments> invalid() {
        return Stream.of(
                of(new DeploymentKind(), "spec: {template: {" + POD + "}}", "spec.selector: Required value"),
                of(
                        new DeploymentKind(),
                        "spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: c}}, " + POD + "}}",
                        "spec.template.metadata.labels: Invalid value: {\"a\":\"c\"}: `selector` does not match template"
                                + " `labels`"),
                of(
                        new DeploymentKind(),
                        "spec: {selector: {}, template: {" + POD + "}}",
                        "spec.selector: Invalid value: {}: empty selector is invalid for deployment"),
                of(
                        new DeploymentKind(),
                        workload("replicas: -1"),
                        "spec.replicas: Invalid value: -1: must be greater than or equal to 0"),
                of(
                        new DeploymentKind(),
                        workload("strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0}}"),
                        "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0"),
                of(
                        new DeploymentKind(),
                        workload("strategy: {rollingUpdate: {maxSurge: x}}"),
                        "spec.strategy.rollingUpdate.maxSurge: Invalid value: \"x\": a valid percent string must be a numeric"
                                + " string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is"
                                + " '[0-9]+%')"),
                of(
                        new DeploymentKind(),
                        workload("strategy: {type: Recreate, rollingUpdate: {}}"),
                        "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"),
                of(
                        new DeploymentKind(),
                        workload("minReadySeconds: 600"),
                        "spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds"),
                of(
                        new ReplicaSetKind(),
                        workload("x: 1").replace("spec: {containers", "spec: {restartPolicy: Never, containers"),
                        "spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\""),
                of(
                        new ReplicaSetKind(),
                        workload("x: 1").replace(", image: x", ""),
                        "spec.template.spec.containers[0].image: Required value"),
                of(
                        new ConfigMapKind(),
                        "{data: {'a b': x}}",
                        "data[a b]: Invalid value: \"a b\": a valid config key must consist of alphanumeric characters, '-',"
                                + " '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is"
                                + " '[-._a-zA-Z0-9]+')"),
                of(
                        new ConfigMapKind(),
                        "{data: {a: x}, binaryData: {a: eA==}}",
                        "data[a]: Invalid value: \"a\": duplicate of key present in binaryData"),
                of(
                        new ConfigMapKind(),
                        "{data: {a: " + "x".repeat(1024 * 1024 + 1) + "}}",
                        "[]: Too long: may not be more than 1048576 bytes"),
                of(new SecretKind(), "{data: {..: eA==}}", "data[..]: Invalid value: \"..\": must not be '..'"),
                of(
                        new SecretKind(),
                        "{stringData: {a: " + "x".repeat(1024 * 1024 + 1) + "}}",
                        "data: Too long: may not be more than 1048576 bytes"),
                of(
                        new SecretKind(),
                        "{type: kubernetes.io/tls, data: {tls.crt: eA==}}",
                        "data[tls.key]: Required value"),
                of(
                        new SecretKind(),
                        "{type: kubernetes.io/dockerconfigjson, stringData: {.dockerconfigjson: nonsense}}",
                        "data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": is no JSON object"),
                of(
                        new SecretKind(),
                        "{type: kubernetes.io/dockerconfigjson, data: {.dockerconfigjson: "
                                + Base64.getEncoder()
                                        .encodeToString("{\"a\":"
                                                .repeat(100_000)
                                                .getBytes(java.nio.charset.StandardCharsets.UTF_8))
                                + "}}",
                        "data[.dockerconfigjson]: Invalid value: \"<secret contents redacted>\": is no JSON object"),
                of(
                        new SecretKind(),
                        "{type: kubernetes.io/service-account-token}",
                        "metadata.annotations[kubernetes.io/service-account.name]: Required value"),
                of(
                        new ResourceQuotaKind(),
                        "spec: {hard: {apples: '1'}}",
                        "spec.hard[apples]: Invalid value: \"apples\": must be a standard resource type or fully qualified",
                        "spec.hard[apples]: Invalid value: \"apples\": must be a standard resource for quota"),
                of(
                        new ResourceQuotaKind(),
                        "spec: {hard: {pods: 500m}}",
                        "spec.hard[pods]: Invalid value: \"500m\": must be an integer"),
                of(
                        new ResourceQuotaKind(),
                        "spec: {hard: {pods: '1'}, scopes: [BestEffort, NotBestEffort]}",
                        "spec.scopes: Invalid value: [\"BestEffort\",\"NotBestEffort\"]: conflicting scopes"),
                of(
                        new ResourceQuotaKind(),
                        "spec: {hard: {cpu: '1'}, scopes: [BestEffort]}",
                        "spec.scopes: Invalid value: [\"BestEffort\"]: unsupported scope applied to resource"),
                of(
                        new LimitRangeKind(),
                        "spec: {limits: [{type: Pod, min: {cpu: '2'}, max: {cpu: '1'}}]}",
                        "spec.limits[0].min[cpu]: Invalid value: \"2\": min value 2 is greater than max value 1"),
                of(
                        new LimitRangeKind(),
                        "spec: {limits: [{type: Container, maxLimitRequestRatio: {cpu: 500m}}]}",
                        "spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: \"500m\": ratio 500m is less than 1"),
                of(
                        new LimitRangeKind(),
                        "spec: {limits: [{type: Pod, default: {cpu: '1'}}]}",
                        "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'"),
                of(
                        new RoleKind(),
                        "rules: [{resources: [pods]}]",
                        "rules[0].verbs: Required value: verbs must contain at least one value",
                        "rules[0].apiGroups: Required value: resource rules must supply at least one api group"),
                of(
                        new RoleKind(),
                        "rules: [{verbs: [get], nonResourceURLs: [/x]}]",
                        "rules[0].nonResourceURLs: Invalid value: [\"/x\"]: namespaced rules cannot apply to non-resource"
                                + " URLs"),
                of(
                        new RoleBindingKind(),
                        "{roleRef: {kind: Odd, name: r}, subjects: [{kind: User}]}",
                        "roleRef.kind: Unsupported value: \"Odd\": supported values: \"Role\", \"ClusterRole\"",
                        "subjects[0].name: Required value"),
                of(
                        new ClusterRoleBindingKind(),
                        "{roleRef: {kind: ClusterRole, name: r}, subjects: [{kind: ServiceAccount, name: a}]}",
                        "subjects[0].namespace: Required value"),
                of(
                        new LeaseKind(),
                        "spec: {leaseDurationSeconds: 0}",
                        "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0"),
                of(
                        new EndpointsKind(),
                        "subsets: [{addresses: [{ip: 127.0.0.1}], ports: [{port: 0}]}, {}]",
                        "subsets[0].addresses[0].ip: Invalid value: \"127.0.0.1\": may not be in the loopback range"
                                + " (127.0.0.0/8, ::1/128)",
                        "subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
                        "subsets[1]: Required value: must specify `addresses` or `notReadyAddresses`"),
                of(
                        new EndpointSliceKind(),
                        "{addressType: IPv4, endpoints: [{addresses: [x]}, {}]}",
                        "endpoints[0].addresses[0]: Invalid value: \"x\": must be an IPv4 address",
                        "endpoints[1].addresses: Required value: must contain at least 1 address"),
                of(new EndpointSliceKind(), "{}", "addressType: Required value"),
                of(
                        new EventKind(),
                        "{metadata: {namespace: a}, involvedObject: {namespace: b}}",
                        "involvedObject.namespace: Invalid value: \"b\": does not match event.namespace"),
                of(
                        new NodeKind(),
                        "spec: {taints: [{key: a, effect: X}], podCIDR: 10.0.0.0/99}",
                        "spec.taints[0].effect: Unsupported value: \"X\": supported values: \"NoSchedule\","
                                + " \"PreferNoSchedule\", \"NoExecute\"",
                        "spec.podCIDRs[0]: Invalid value: \"10.0.0.0/99\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or"
                                + " 2001:db8::/64)"),
                of(
                        new CronJobKind(),
                        cronJob("* * *"),
                        "spec.schedule: Invalid value: \"* * *\": expected exactly 5 fields, found 3: [* * *]"),
                of(
                        new CronJobKind(),
                        cronJob("61 * * * *"),
                        "spec.schedule: Invalid value: \"61 * * * *\": end of range (61) above maximum (59): 61"),
                of(
                        new CronJobKind(),
                        cronJob("@daily").replace("restartPolicy: Never, ", ""),
                        "spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\","
                                + " \"Never\""));
    }

    private static Arguments of(KindDefinition kind, String manifest, String... faults) {
        return Arguments.of(kind, manifest, faults);
    }

    private static String workload(String more) {
        return "spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, " + POD + "}, " + more
                + "}";
    }

    private static String cronJob(String schedule) {
        return "spec: {schedule: '" + schedule
                + "', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: x}]}}}}}";
    }

    @ParameterizedTest
    @MethodSource
    void invalid(KindDefinition kind, String manifest, String[] faults) {
        assertThatKind(kind).faults(manifest, faults);
    }

    @Test
    void validOnesPass() {
        assertThatKind(new DeploymentKind()).valid(workload("replicas: 3"));
        assertThatKind(new ReplicaSetKind()).valid(workload("replicas: 0"));
        assertThatKind(new CronJobKind()).valid(cronJob("*/5 9-17 1,15 jan-mar mon"));
        assertThatKind(new SecretKind())
                .valid("{type: kubernetes.io/dockerconfigjson, stringData: {.dockerconfigjson: '{}'}}");
        assertThatKind(new ResourceQuotaKind())
                .valid("spec: {hard: {count/deployments.apps: '2', requests.cpu: '1', limits.memory: 1Gi, pods: '3'}}");
        assertThatKind(new NodeKind())
                .valid("spec: {podCIDR: 10.244.1.0/24, taints: [{key: a/b, effect: NoSchedule}]}");
    }

    @Test
    void whatIsImmutableStays() {
        assertThatKind(new DeploymentKind())
                .updateFaults(
                        workload("x: 1"),
                        workload("x: 1").replace("a: b", "a: c"),
                        "spec.selector: Invalid value: {\"matchLabels\":{\"a\":\"c\"}}: field is immutable");
        assertThatKind(new ConfigMapKind())
                .updateFaults(
                        "{immutable: true, data: {a: b}}",
                        "{data: {a: c}}",
                        "immutable: Forbidden: field is immutable when `immutable` is set",
                        "data: Forbidden: field is immutable when `immutable` is set");
        assertThatKind(new SecretKind())
                .updateFaults("{type: Opaque}", "{type: a/b}", "type: Invalid value: \"a/b\": field is immutable");
        assertThatKind(new RoleBindingKind())
                .updateFaults(
                        "{roleRef: {kind: Role, name: a}}",
                        "{roleRef: {kind: Role, name: b}}",
                        "roleRef: Invalid value:"
                                + " {\"kind\":\"Role\",\"name\":\"b\",\"apiGroup\":\"rbac.authorization.k8s.io\"}: cannot"
                                + " change roleRef");
        assertThatKind(new EndpointSliceKind())
                .updateFaults(
                        "{addressType: IPv4}",
                        "{addressType: IPv6}",
                        "addressType: Invalid value: \"IPv6\": field is immutable");
        assertThatKind(new NodeKind())
                .updateFaults("spec: {}", "spec: {podCIDR: 10.244.1.0/24}")
                .updateFaults(
                        "spec: {podCIDR: 10.244.1.0/24}",
                        "spec: {podCIDR: 10.244.2.0/24}",
                        "spec.podCIDRs: Forbidden: node updates may not change podCIDR except from \"\" to valid");
    }
}
