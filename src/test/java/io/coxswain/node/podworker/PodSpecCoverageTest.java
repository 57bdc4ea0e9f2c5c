package io.coxswain.node.podworker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.client.ObjectCodec;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.schema.SchemaCatalog;
import io.coxswain.meta.schema.TypeSchema;
import io.coxswain.meta.schema.TypeSchema.Form;
import io.coxswain.node.FakeNodeApi;
import io.coxswain.node.PodFacts;
import io.coxswain.node.TestPods;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every field of a PodSpec is carried out, harmless by its own documentation, or refused aloud. A new field in none of the lists fails here. */
class PodSpecCoverageTest {

    /** What the agent, or somebody before it (scheduler, admission, endpoints, network), does. */
    private static final String CARRIED_OUT = """
            PodSpec: activeDeadlineSeconds affinity automountServiceAccountToken containers dnsConfig dnsPolicy \
            enableServiceLinks hostAliases hostIPC hostNetwork hostPID hostname imagePullSecrets initContainers nodeName \
            nodeSelector os preemptionPolicy priority priorityClassName readinessGates restartPolicy schedulerName \
            schedulingGates securityContext serviceAccount serviceAccountName setHostnameAsFQDN shareProcessNamespace \
            subdomain terminationGracePeriodSeconds tolerations topologySpreadConstraints volumes
            Container: args command env envFrom image imagePullPolicy lifecycle livenessProbe name ports readinessProbe \
            resources restartPolicy securityContext startupProbe stdin stdinOnce terminationMessagePath \
            terminationMessagePolicy tty volumeMounts workingDir
            SecurityContext: allowPrivilegeEscalation appArmorProfile capabilities privileged procMount \
            readOnlyRootFilesystem runAsGroup runAsNonRoot runAsUser seccompProfile
            PodSecurityContext: appArmorProfile fsGroup fsGroupChangePolicy runAsGroup runAsNonRoot runAsUser \
            seccompProfile supplementalGroups supplementalGroupsPolicy sysctls
            Capabilities: add drop
            SeccompProfile: localhostProfile type
            AppArmorProfile: localhostProfile type
            Sysctl: name value
            Lifecycle: postStart preStop
            LifecycleHandler: exec httpGet sleep
            SleepAction: seconds
            ExecAction: command
            HTTPGetAction: host httpHeaders path port scheme
            HTTPHeader: name value
            TCPSocketAction: host port
            GRPCAction: port service
            Probe: exec failureThreshold grpc httpGet initialDelaySeconds periodSeconds successThreshold tcpSocket \
            terminationGracePeriodSeconds timeoutSeconds
            VolumeMount: mountPath mountPropagation name readOnly subPath subPathExpr
            ContainerPort: containerPort hostIP hostPort name protocol
            ResourceRequirements: limits requests
            EnvVar: name value valueFrom
            EnvVarSource: configMapKeyRef fieldRef resourceFieldRef secretKeyRef
            EnvFromSource: configMapRef prefix secretRef
            ConfigMapKeySelector: key name optional
            SecretKeySelector: key name optional
            ConfigMapEnvSource: name optional
            SecretEnvSource: name optional
            ObjectFieldSelector: fieldPath
            ResourceFieldSelector: containerName divisor resource
            HostAlias: hostnames ip
            PodDNSConfig: nameservers options searches
            PodDNSConfigOption: name value
            PodOS: name
            PodReadinessGate: conditionType
            PodSchedulingGate: name
            LocalObjectReference: name
            Toleration: effect key operator tolerationSeconds value
            Volume: configMap downwardAPI emptyDir ephemeral hostPath name persistentVolumeClaim projected secret
            PersistentVolumeClaimVolumeSource: claimName readOnly
            EmptyDirVolumeSource: medium sizeLimit
            HostPathVolumeSource: path type
            ConfigMapVolumeSource: defaultMode items name optional
            SecretVolumeSource: defaultMode items optional secretName
            DownwardAPIVolumeSource: defaultMode items
            DownwardAPIVolumeFile: fieldRef mode path resourceFieldRef
            KeyToPath: key mode path
            ProjectedVolumeSource: defaultMode sources
            VolumeProjection: configMap downwardAPI secret serviceAccountToken
            ConfigMapProjection: items name optional
            SecretProjection: items name optional
            DownwardAPIProjection: items
            ServiceAccountTokenProjection: audience expirationSeconds path
            """;

    /** Which fields need nothing, and why. */
    private static final Map<String, String> HARMLESS = Map.of(
            "Container.resizePolicy", "only says what a resize does, and pods/resize is not served",
            "SecurityContext.windowsOptions", "Linux nodes ignore it; a pod for Windows is refused by its os",
            "PodSecurityContext.windowsOptions", "as for one container",
            "EphemeralVolumeSource.volumeClaimTemplate", "the control plane makes the claim, which is mounted as any",
            "PodSecurityContext.seLinuxChangePolicy", "hosts without SELinux; with it, seLinuxOptions is refused",
            "SecurityContext.seLinuxOptions", "no effect without SELinux; refused on hosts with it",
            "PodSecurityContext.seLinuxOptions", "as for one container",
            "ObjectFieldSelector.apiVersion", "there is only v1");

    /** An example of each field that is refused before anything of the pod is made; the message must name the field. */
    private static final Map<String, String> REFUSED = new TreeMap<>(Map.ofEntries(
            Map.entry("PodSpec.runtimeClassName", "{\"runtimeClassName\":\"gvisor\"}"),
            Map.entry("PodSpec.overhead", "{\"overhead\":{\"cpu\":\"1\"}}"),
            Map.entry("PodSpec.ephemeralContainers", "{\"ephemeralContainers\":[{\"name\":\"d\"}]}"),
            Map.entry("PodSpec.resourceClaims", "{\"resourceClaims\":[{\"name\":\"gpu\"}]}"),
            Map.entry("PodSpec.hostUsers", "{\"hostUsers\":false}"),
            Map.entry("PodSpec.hostnameOverride", "{\"hostnameOverride\":\"x\"}"),
            Map.entry("PodSpec.resources", "{\"resources\":{\"limits\":{\"cpu\":\"1\"}}}"),
            Map.entry("Container.volumeDevices", container("\"volumeDevices\":[{\"name\":\"v\"}]")),
            Map.entry("Container.restartPolicyRules", container("\"restartPolicyRules\":[{\"action\":\"Restart\"}]")),
            Map.entry("Lifecycle.stopSignal", container("\"lifecycle\":{\"stopSignal\":\"SIGUSR1\"}")),
            Map.entry("ResourceRequirements.claims", container("\"resources\":{\"claims\":[{\"name\":\"gpu\"}]}")),
            Map.entry(
                    "VolumeMount.recursiveReadOnly",
                    container("\"volumeMounts\":[{\"name\":\"v\",\"recursiveReadOnly\":\"Enabled\"}]"))));

    /** Refused where they would be used; PodVolumesTest, ConfigsTest and the tests below hold the wording. */
    private static final String REFUSED_IN_USE = """
            LifecycleHandler: tcpSocket
            EnvVarSource: fileKeyRef
            VolumeProjection: clusterTrustBundle podCertificate
            Volume: awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker \
            gcePersistentDisk glusterfs gitRepo image iscsi nfs photonPersistentDisk \
            portworxVolume quobyte rbd scaleIO storageos vsphereVolume
            """;

    /** Judged by the scheduler alone. */
    private static final Set<String> NOT_WALKED = Set.of("Affinity", "TopologySpreadConstraint", "EphemeralContainer");

    @Test
    void everyFieldIsInExactlyOneList() {
        Map<String, String> lists = new LinkedHashMap<>();
        put(lists, fields(CARRIED_OUT), "carried out");
        put(lists, HARMLESS.keySet(), "harmless");
        put(lists, REFUSED.keySet(), "refused");
        put(lists, fields(REFUSED_IN_USE), "refused in use");
        TypeSchema pod = SchemaCatalog.builtIn()
                .byKind(new GroupVersionKind("", "v1", "Pod"))
                .orElseThrow();
        Set<String> known = new TreeSet<>();
        walk(pod.fields().get("spec").type(), fields(CARRIED_OUT), known, new HashMap<>());
        assertThat(known).hasSizeGreaterThan(200);
        assertThat(known)
                .as("fields of a PodSpec nobody has decided upon")
                .allSatisfy(field -> assertThat(lists).containsKey(field));
        assertThat(lists.keySet()).as("fields that no PodSpec has").isSubsetOf(known);
    }

    @Test
    void whatIsRefusedIsNamed() {
        assertThat(Unsupported.in(pod("{}"))).isEmpty();
        REFUSED.forEach((field, spec) -> assertThat(Unsupported.in(pod(spec)))
                .as(field)
                .hasValueSatisfying(message -> {
                    String name = field.substring(field.indexOf('.') + 1);
                    assertThat(message).contains(name).endsWith("is not supported by this node agent");
                }));
    }

    @Test
    void aSourceOfAVariableThatNobodyKnowsIsRefused() {
        Pod pod = TestPods.pod("Always", TestPods.container("c"));
        var container = pod.getSpec().getContainers().get(0);
        container.setEnv(List.of(new EnvVarBuilder()
                .withName("A")
                .withNewValueFrom()
                .withNewFileKeyRef()
                .withKey("a")
                .endFileKeyRef()
                .endValueFrom()
                .build()));
        assertThatThrownBy(() -> new Environment(new FakeNodeApi())
                        .of(pod, new PodFacts(List.of(), List.of(), Map.of()), container))
                .isInstanceOf(ContainerConfigException.class)
                .hasMessageContaining("not supported by this node agent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RuntimeDefault", "Localhost"})
    void anAppArmorProfileOnAHostWithoutAppArmorIsRejectedAsUpstreamDoes(String type) {
        String own = container("\"securityContext\":{\"appArmorProfile\":{\"type\":\"" + type + "\"}}");
        String all = "{\"containers\":[{\"name\":\"c\"}],\"securityContext\":{\"appArmorProfile\":{\"type\":\"" + type
                + "\"}}}";
        for (String each : List.of(own, all)) {
            assertThat(new PodAdmission(false).refusal(pod(each))).hasValueSatisfying(refusal -> {
                assertThat(refusal.reason()).isEqualTo("AppArmor");
                assertThat(refusal.message()).isEqualTo("Cannot enforce AppArmor: AppArmor is not enabled on the host");
            });
            assertThat(new PodAdmission(true).refusal(pod(each))).isEmpty();
        }
        assertThat(new PodAdmission(false).refusal(pod(own.replace(type, "Unconfined"))))
                .isEmpty();
    }

    @Test
    void aPodForAnotherSystemOrWithStrictGroupsIsRejected() {
        PodAdmission admission = new PodAdmission(false);
        assertThat(admission.refusal(pod("{\"os\":{\"name\":\"windows\"}}")))
                .hasValueSatisfying(r -> assertThat(r.reason()).isEqualTo("PodOSNotSupported"));
        assertThat(admission.refusal(pod("{\"securityContext\":{\"supplementalGroupsPolicy\":\"Strict\"}}")))
                .hasValueSatisfying(r -> assertThat(r.reason()).isEqualTo("SupplementalGroupsPolicyNotSupported"));
        assertThat(admission.refusal(pod("{\"os\":{\"name\":\"linux\"}}"))).isEmpty();
    }

    private static void put(Map<String, String> lists, Set<String> fields, String list) {
        for (String each : fields) {
            assertThat(lists.put(each, list)).as("%s stands in two lists", each).isNull();
        }
    }

    private static void walk(TypeSchema type, Set<String> followed, Set<String> known, Map<String, Boolean> seen) {
        TypeSchema bare = type;
        while (bare.form() == Form.ARRAY || bare.form() == Form.MAP) {
            bare = bare.element();
        }
        String name = bare.toString().substring(bare.toString().lastIndexOf('.') + 1);
        if (bare.form() != Form.OBJECT || NOT_WALKED.contains(name) || seen.put(name, true) != null) {
            return;
        }
        bare.fields().forEach((field, schema) -> {
            String path = name + "." + field;
            known.add(path);
            if (followed.contains(path)) {
                walk(schema.type(), followed, known, seen);
            }
        });
    }

    private static Set<String> fields(String text) {
        Set<String> out = new TreeSet<>();
        text.lines().forEach(line -> {
            String type = line.substring(0, line.indexOf(':'));
            for (String field : line.substring(line.indexOf(':') + 1).strip().split(" +")) {
                out.add(type + "." + field);
            }
        });
        return out;
    }

    private static String container(String fields) {
        return "{\"containers\":[{\"name\":\"c\"," + fields + "}]}";
    }

    private static Pod pod(String spec) {
        Pod pod = ObjectCodec.read(
                ("{\"metadata\":{\"name\":\"p\",\"namespace\":\"n\",\"uid\":\"u\"},\"spec\":" + spec + "}")
                        .getBytes(StandardCharsets.UTF_8),
                Pod.class);
        return new PodBuilder(pod).build();
    }
}
