package io.coxswain.node.podworker;

import static io.coxswain.node.TestPods.container;
import static io.coxswain.node.TestPods.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.node.FakeNodeApi;
import io.coxswain.node.NodeSettings;
import io.coxswain.node.PodFacts;
import io.coxswain.node.Pods;
import io.coxswain.node.cri.v1.ContainerConfig;
import io.coxswain.node.cri.v1.Image;
import io.coxswain.node.cri.v1.Int64Value;
import io.coxswain.node.cri.v1.NamespaceMode;
import io.coxswain.node.cri.v1.PodSandboxConfig;
import io.coxswain.node.volume.PodVolumes.Mounted;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigsTest {

    @TempDir
    Path dir;

    private final FakeNodeApi api = new FakeNodeApi();
    private final PodFacts facts =
            new PodFacts(List.of("172.30.0.11"), List.of("10.244.0.7"), Map.of("memory", new Quantity("8Gi")));
    private SandboxConfigs sandboxes;
    private ContainerConfigs containers;

    @BeforeEach
    void make() {
        NodeSettings node = new NodeSettings(
                "node-1", "172.30.0.11", dir, "/cox", "10.96.0.10", "cluster.local", Duration.ofMinutes(1));
        sandboxes =
                new SandboxConfigs(node, List.of("nameserver 192.0.2.1", "search example.org", "options timeout:1"));
        containers = new ContainerConfigs(node, api);
    }

    private ContainerConfig config(Pod pod, Map<String, Mounted> volumes) throws IOException {
        Image image = Image.newBuilder()
                .setId("sha256:1")
                .setUid(Int64Value.newBuilder().setValue(0))
                .build();
        return containers.of(pod, facts, pod.getSpec().getContainers().get(0), image, 3, volumes);
    }

    private ContainerConfig config(Container container) throws IOException {
        return config(pod("Always", container), Map.of());
    }

    private static Map<String, String> env(ContainerConfig config) {
        Map<String, String> out = new java.util.HashMap<>();
        config.getEnvsList().forEach(e -> out.put(e.getKey(), e.getValue()));
        return out;
    }

    @ParameterizedTest
    @CsvSource({
        "$(A), 1",
        "x$(A)y, x1y",
        "$$(A), $(A)",
        "$(NONE), $(NONE)",
        "$A, $A",
        "$(A, $(A",
        "a$, a$",
        "$$, $",
        "$(A)$(B), 12",
    })
    void expandsReferences(String text, String expanded) {
        assertThat(Expansion.expand(text, Map.of("A", "1", "B", "2"))).isEqualTo(expanded);
    }

    @Test
    void looksUpClusterNamesFirst() {
        PodSandboxConfig config = sandboxes.of(pod("Always", container("a")), 2);
        assertThat(config.getDnsConfig().getServersList()).containsExactly("10.96.0.10");
        assertThat(config.getDnsConfig().getSearchesList())
                .containsExactly("default.svc.cluster.local", "svc.cluster.local", "cluster.local", "example.org");
        assertThat(config.getDnsConfig().getOptionsList()).containsExactly("ndots:5");
        assertThat(config.getHostname()).isEqualTo("web");
        assertThat(config.getMetadata().getAttempt()).isEqualTo(2);
        assertThat(config.getLinux().getCgroupParent()).isEqualTo("/cox/podu1");
        assertThat(config.getLabelsMap())
                .containsEntry("io.kubernetes.pod.uid", "u1")
                .containsEntry("app", "web");
    }

    @Test
    void honoursDnsPolicies() {
        var host = sandboxes.of(pod(s -> s.withDnsPolicy("Default").addToContainers(container("a"))), 0);
        assertThat(host.getDnsConfig().getServersList()).containsExactly("192.0.2.1");
        assertThat(host.getDnsConfig().getOptionsList()).containsExactly("timeout:1");
        var none = sandboxes.of(
                pod(s -> s.withDnsPolicy("None")
                        .withNewDnsConfig()
                        .addToNameservers("9.9.9.9")
                        .addNewOption("ndots", "1")
                        .endDnsConfig()
                        .addToContainers(container("a"))),
                0);
        assertThat(none.getDnsConfig().getServersList()).containsExactly("9.9.9.9");
        assertThat(none.getDnsConfig().getOptionsList()).containsExactly("ndots:1");
        var hostNetwork = sandboxes.of(pod(s -> s.withHostNetwork(true).addToContainers(container("a"))), 0);
        assertThat(hostNetwork.getDnsConfig().getServersList()).containsExactly("192.0.2.1");
        assertThat(hostNetwork
                        .getLinux()
                        .getSecurityContext()
                        .getNamespaceOptions()
                        .getNetwork())
                .isEqualTo(NamespaceMode.NODE);
        assertThat(hostNetwork.getHostname()).isEmpty();
    }

    @Test
    void mapsHostPorts() {
        Container c = new ContainerBuilder(container("a"))
                .addNewPort()
                .withContainerPort(80)
                .withHostPort(8080)
                .endPort()
                .addNewPort()
                .withContainerPort(81)
                .endPort()
                .build();
        assertThat(sandboxes.of(pod("Always", c), 0).getPortMappingsList())
                .singleElement()
                .satisfies(p -> assertThat(p.getHostPort()).isEqualTo(8080));
    }

    @Test
    void cutsLongHostNames() {
        Pod pod = pod(s -> s.withHostname("h".repeat(62) + "-x").addToContainers(container("a")));
        assertThat(sandboxes.hostname(pod)).isEqualTo("h".repeat(62));
    }

    @Test
    void givesServicesAsVariables() throws IOException {
        api.services.add(new ServiceBuilder()
                .withNewMetadata()
                .withName("kubernetes")
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .withClusterIP("10.96.0.1")
                .addNewPort()
                .withName("https")
                .withPort(443)
                .withProtocol("TCP")
                .endPort()
                .endSpec()
                .build());
        api.services.add(new ServiceBuilder()
                .withNewMetadata()
                .withName("head-less")
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .withClusterIP("None")
                .addNewPort()
                .withPort(1)
                .endPort()
                .endSpec()
                .build());
        Map<String, String> env = env(config(container("a")));
        assertThat(env)
                .containsEntry("KUBERNETES_SERVICE_HOST", "10.96.0.1")
                .containsEntry("KUBERNETES_SERVICE_PORT", "443")
                .containsEntry("KUBERNETES_SERVICE_PORT_HTTPS", "443")
                .containsEntry("KUBERNETES_PORT", "tcp://10.96.0.1:443")
                .containsEntry("KUBERNETES_PORT_443_TCP_ADDR", "10.96.0.1");
        assertThat(env.keySet()).noneMatch(k -> k.startsWith("HEAD"));
    }

    @Test
    void letsLaterVariablesReferToEarlierOnes() throws IOException {
        api.configMaps.put(
                "default/cm",
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("cm")
                        .endMetadata()
                        .addToData("K", "v")
                        .addToData("B", "over")
                        .build());
        Container c = new ContainerBuilder(container("a"))
                .addNewEnvFrom()
                .withPrefix("P_")
                .withNewConfigMapRef("cm", false)
                .endEnvFrom()
                .addNewEnv()
                .withName("A")
                .withValue("1")
                .endEnv()
                .addNewEnv()
                .withName("B")
                .withValue("$(A)-$(P_K)-$(LATER)")
                .endEnv()
                .addNewEnv()
                .withName("LATER")
                .withValue("x")
                .endEnv()
                .withCommand("echo", "$(B)")
                .withArgs("$$(B)")
                .build();
        ContainerConfig config = config(c);
        assertThat(env(config)).containsEntry("B", "1-v-$(LATER)").containsEntry("P_B", "over");
        assertThat(config.getCommandList()).containsExactly("echo", "1-v-$(LATER)");
        assertThat(config.getArgsList()).containsExactly("$(B)");
    }

    @Test
    void saysWhatTheEnvironmentLacks() {
        Container missing = new ContainerBuilder(container("a"))
                .addNewEnv()
                .withName("X")
                .withNewValueFrom()
                .withNewSecretKeyRef("k", "s", false)
                .endValueFrom()
                .endEnv()
                .build();
        assertThatThrownBy(() -> config(missing)).hasMessage("secret \"s\" not found");
        api.configMaps.put(
                "default/cm",
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("cm")
                        .endMetadata()
                        .build());
        Container key = new ContainerBuilder(container("a"))
                .addNewEnv()
                .withName("X")
                .withNewValueFrom()
                .withNewConfigMapKeyRef("k", "cm", false)
                .endValueFrom()
                .endEnv()
                .build();
        assertThatThrownBy(() -> config(key)).hasMessage("couldn't find key k in ConfigMap default/cm");
        Container optional = new ContainerBuilder(container("a"))
                .addNewEnv()
                .withName("X")
                .withNewValueFrom()
                .withNewConfigMapKeyRef("k", "cm", true)
                .endValueFrom()
                .endEnv()
                .build();
        org.assertj.core.api.Assertions.assertThatCode(
                        () -> assertThat(env(config(optional))).doesNotContainKey("X"))
                .doesNotThrowAnyException();
    }

    @Test
    void turnsResourcesIntoShares() throws IOException {
        Container c = new ContainerBuilder(container("a"))
                .withNewResources()
                .addToRequests("cpu", new Quantity("500m"))
                .addToRequests("memory", new Quantity("2Gi"))
                .addToLimits("cpu", new Quantity("1500m"))
                .addToLimits("memory", new Quantity("4Gi"))
                .endResources()
                .build();
        var resources = config(c).getLinux().getResources();
        assertThat(resources.getCpuShares()).isEqualTo(512);
        assertThat(resources.getCpuQuota()).isEqualTo(150_000);
        assertThat(resources.getMemoryLimitInBytes()).isEqualTo(4L << 30);
        assertThat(resources.getOomScoreAdj()).isEqualTo(750);
        var none = config(container("b")).getLinux().getResources();
        assertThat(none.getCpuShares()).isEqualTo(2);
        assertThat(none.getCpuQuota()).isZero();
        assertThat(none.getOomScoreAdj()).isEqualTo(1000);
    }

    @Test
    void masksTheKernelsFilesUnlessPrivileged() throws IOException {
        var plain = config(container("a")).getLinux().getSecurityContext();
        assertThat(plain.getMaskedPathsList()).contains("/proc/kcore");
        assertThat(plain.getReadonlyPathsList()).contains("/proc/sys");
        Container root = new ContainerBuilder(container("a"))
                .withNewSecurityContext()
                .withPrivileged(true)
                .endSecurityContext()
                .build();
        assertThat(config(root).getLinux().getSecurityContext().getMaskedPathsList())
                .isEmpty();
    }

    @Test
    void refusesRootWherePodsMustNotBeRoot() {
        Container c = new ContainerBuilder(container("a"))
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .endSecurityContext()
                .build();
        assertThatThrownBy(() -> config(c))
                .hasMessageStartingWith(
                        "container has runAsNonRoot and image will run as root (pod: \"web_default(u1)\"");
        Container zero = new ContainerBuilder(container("a"))
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(0L)
                .endSecurityContext()
                .build();
        assertThatThrownBy(() -> config(zero)).hasMessageStartingWith("container's runAsUser breaks non-root policy");
    }

    @Test
    void mountsVolumesHostsFileAndTerminationMessage() throws IOException {
        Path volume = Files.createDirectories(dir.resolve("vol"));
        Files.setAttribute(volume, "unix:mode", 02775);
        Container c = new ContainerBuilder(container("a"))
                .addNewVolumeMount()
                .withName("v")
                .withMountPath("/data")
                .withSubPath("x/y")
                .endVolumeMount()
                .build();
        ContainerConfig config = config(pod("Always", c), Map.of("v", new Mounted(volume, false)));
        assertThat(config.getMountsList())
                .extracting(m -> m.getContainerPath())
                .containsExactly("/data", "/etc/hosts", "/dev/termination-log");
        assertThat(config.getMounts(0).getHostPath())
                .isEqualTo(volume.resolve("x/y").toString());
        assertThat(volume.resolve("x/y")).isDirectory();
        assertThat((Integer) Files.getAttribute(volume.resolve("x/y"), "unix:mode") & 07777)
                .isEqualTo(02775);
        assertThat(config.getLogPath()).isEqualTo("a/3.log");
    }

    @Test
    void keepsSubPathsInsideTheVolume() throws IOException {
        Path volume = Files.createDirectories(dir.resolve("vol"));
        Files.createSymbolicLink(volume.resolve("out"), Path.of("/etc"));
        for (String bad : List.of("../x", "/etc", "out", "out/new")) {
            Container c = new ContainerBuilder(container("a"))
                    .addNewVolumeMount()
                    .withName("v")
                    .withMountPath("/d")
                    .withSubPath(bad)
                    .endVolumeMount()
                    .build();
            assertThatThrownBy(() -> config(pod("Always", c), Map.of("v", new Mounted(volume, false))))
                    .as(bad)
                    .isInstanceOf(ContainerConfigException.class);
        }
        assertThat(Path.of("/etc/new")).doesNotExist();
    }

    @Test
    void namesSubPathsByTheEnvironment() {
        Map<String, String> variables = Map.of("DIR", "a/b", "UP", "..", "ROOT", "/tmp");
        assertThat(SubPaths.of(expression("$(DIR)/c"), variables)).isEqualTo("a/b/c");
        assertThat(SubPaths.of(expression(""), variables)).isEmpty();
        assertThatThrownBy(() -> SubPaths.of(expression("$(NONE)"), variables))
                .hasMessage("missing value for \"NONE\" to expand subPath");
        assertThatThrownBy(() -> SubPaths.of(expression("$(UP)"), variables))
                .hasMessageContaining("must not contain '..'");
        assertThatThrownBy(() -> SubPaths.of(expression("$(ROOT)"), variables))
                .hasMessage("error SubPath `/tmp` must not be an absolute path");
    }

    private static VolumeMount expression(String text) {
        VolumeMount mount = new VolumeMount();
        mount.setSubPathExpr(text);
        return mount;
    }

    @Test
    void hashesNameAndImageOnly() {
        Container a = container("a");
        Container env = new ContainerBuilder(a)
                .addNewEnv()
                .withName("X")
                .withValue("1")
                .endEnv()
                .build();
        Container image = new ContainerBuilder(a).withImage("busybox:2").build();
        assertThat(Pods.hash(a)).isEqualTo(Pods.hash(env));
        assertThat(Pods.hash(a)).isNotEqualTo(Pods.hash(image));
    }

    @Test
    void writesHosts() {
        Pod pod = pod(s -> s.addToContainers(container("a"))
                .addNewHostAlias()
                .withIp("1.2.3.4")
                .withHostnames("foo", "bar")
                .endHostAlias());
        String text = HostsFile.of(pod, List.of("10.244.0.7"), "web", "sub.default.svc.cluster.local", "");
        assertThat(text)
                .startsWith("# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n")
                .contains("10.244.0.7\tweb.sub.default.svc.cluster.local\tweb\n")
                .endsWith("\n# Entries added by HostAliases.\n1.2.3.4\tfoo\tbar\n");
    }

    @Test
    void namesWhatItCannotDo() {
        assertThat(Unsupported.in(pod("Always", container("a")))).isEmpty();
        assertThat(Unsupported.in(pod(s -> s.withRuntimeClassName("gvisor").addToContainers(container("a")))))
                .hasValue("runtimeClassName \"gvisor\" is not supported by this node agent");
    }
}
