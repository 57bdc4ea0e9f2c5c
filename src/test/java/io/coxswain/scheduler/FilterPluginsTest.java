package io.coxswain.scheduler;

import static io.coxswain.scheduler.Cluster.info;
import static io.coxswain.scheduler.Cluster.labelled;
import static io.coxswain.scheduler.Cluster.node;
import static io.coxswain.scheduler.Cluster.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.coxswain.scheduler.framework.FilterPlugin;
import io.coxswain.scheduler.framework.NodeInfo;
import io.coxswain.scheduler.framework.Verdict;
import io.coxswain.scheduler.plugin.interpodaffinity.InterPodAffinity;
import io.coxswain.scheduler.plugin.nodeaffinity.NodeAffinityPlugin;
import io.coxswain.scheduler.plugin.nodename.NodeName;
import io.coxswain.scheduler.plugin.nodeports.NodePorts;
import io.coxswain.scheduler.plugin.noderesources.NodeResourcesFit;
import io.coxswain.scheduler.plugin.nodeunschedulable.NodeUnschedulable;
import io.coxswain.scheduler.plugin.podtopologyspread.PodTopologySpread;
import io.coxswain.scheduler.plugin.tainttoleration.TaintToleration;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAffinityTermBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each filter against one node at a time; the expected text is upstream's reason, {@code ""} if the node fits. */
class FilterPluginsTest {
    private static final String NO_LABELS = "node(s) didn't match Pod's node affinity/selector";

    static Stream<Arguments> resources() {
        return Stream.of(
                arguments("fits exactly", pod("p", "3", "7Gi"), ""),
                arguments("too much CPU", pod("p", "3001m", "1Gi"), "Insufficient cpu"),
                arguments("too much memory", pod("p", "1", "7169Mi"), "Insufficient memory"),
                arguments("too much of both", pod("p", "10", "100Gi"), "Insufficient cpu, Insufficient memory"),
                arguments("an unknown resource", gpu(pod("p")), "Insufficient example.com/gpu"),
                arguments("nothing at all", pod("p"), ""),
                arguments(
                        "a greedy init container",
                        pod("p", "1", "1Gi")
                                .editSpec()
                                .addNewInitContainer()
                                .withName("init")
                                .withNewResources()
                                .addToRequests("cpu", new Quantity("3500m"))
                                .endResources()
                                .endInitContainer()
                                .endSpec(),
                        "Insufficient cpu"),
                arguments(
                        "a sidecar that stays",
                        pod("p", "2", "1Gi")
                                .editSpec()
                                .addNewInitContainer()
                                .withName("sidecar")
                                .withRestartPolicy("Always")
                                .withNewResources()
                                .addToRequests("cpu", new Quantity("1500m"))
                                .endResources()
                                .endInitContainer()
                                .endSpec(),
                        "Insufficient cpu"),
                arguments(
                        "overhead",
                        pod("p", "3", "1Gi")
                                .editSpec()
                                .addToOverhead("cpu", new Quantity("100m"))
                                .endSpec(),
                        "Insufficient cpu"));
    }

    private static PodBuilder gpu(PodBuilder pod) {
        return pod.editSpec()
                .editFirstContainer()
                .withNewResources()
                .addToRequests("example.com/gpu", new Quantity("1"))
                .endResources()
                .endContainer()
                .endSpec();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void resources(String what, PodBuilder incoming, String expected) {
        Cluster cluster = new Cluster().with(node("n"), pod("running", "1", "1Gi"));
        assertThat(reasons(new NodeResourcesFit(false), incoming, cluster)).isEqualTo(expected);
    }

    @org.junit.jupiter.api.Test
    void aNodeTakesNoMorePodsThanItSays() {
        NodeBuilder small = node("n")
                .editStatus()
                .addToAllocatable("pods", new Quantity("1"))
                .endStatus();
        Cluster full = new Cluster().with(small, pod("running"));
        assertThat(reasons(new NodeResourcesFit(false), pod("p"), full)).isEqualTo("Too many pods");
    }

    static Stream<Arguments> taints() {
        return Stream.of(
                arguments("NoSchedule", "k", "v", null, "node(s) had untolerated taint {k: v}"),
                arguments("NoExecute", "k", null, null, "node(s) had untolerated taint {k: }"),
                arguments("PreferNoSchedule", "k", "v", null, ""),
                arguments("NoSchedule", "k", "v", new Toleration("NoSchedule", "k", "Equal", null, "v"), ""),
                arguments("NoSchedule", "k", "v", new Toleration(null, "k", "Exists", null, null), ""),
                arguments("NoSchedule", "k", "v", new Toleration(null, null, "Exists", null, null), ""),
                arguments(
                        "NoSchedule",
                        "k",
                        "v",
                        new Toleration("NoSchedule", "k", "Equal", null, "w"),
                        "node(s) had untolerated taint {k: v}"),
                arguments(
                        "NoSchedule",
                        "k",
                        "v",
                        new Toleration("NoExecute", "k", "Exists", null, null),
                        "node(s) had untolerated taint {k: v}"));
    }

    @ParameterizedTest
    @MethodSource
    void taints(String effect, String key, String value, Toleration toleration, String expected) {
        Cluster cluster = new Cluster()
                .with(node("n")
                        .editSpec()
                        .addToTaints(new Taint(effect, key, null, value))
                        .endSpec());
        PodBuilder incoming = toleration == null
                ? pod("p")
                : pod("p").editSpec().addToTolerations(toleration).endSpec();
        assertThat(reasons(new TaintToleration(), incoming, cluster)).isEqualTo(expected);
    }

    static Stream<Arguments> nodeAffinity() {
        return Stream.of(
                arguments(pod("p").editSpec().addToNodeSelector("disk", "ssd").endSpec(), ""),
                arguments(pod("p").editSpec().addToNodeSelector("disk", "hdd").endSpec(), NO_LABELS),
                arguments(required("disk", "In", "ssd", "nvme"), ""),
                arguments(required("disk", "NotIn", "ssd"), NO_LABELS),
                arguments(required("disk", "Exists"), ""),
                arguments(required("tape", "Exists"), NO_LABELS),
                arguments(required("tape", "DoesNotExist"), ""),
                arguments(required("size", "Gt", "9"), ""),
                arguments(required("size", "Lt", "10"), NO_LABELS),
                arguments(required("disk", "Gt", "9"), NO_LABELS));
    }

    private static PodBuilder required(String key, String operator, String... values) {
        return pod("p").editSpec()
                .withNewAffinity()
                .withNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .addNewNodeSelectorTerm()
                .addToMatchExpressions(new NodeSelectorRequirement(key, operator, List.of(values)))
                .endNodeSelectorTerm()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .endAffinity()
                .endSpec();
    }

    @ParameterizedTest
    @MethodSource
    void nodeAffinity(PodBuilder incoming, String expected) {
        Cluster cluster = new Cluster()
                .with(node("n")
                        .editMetadata()
                        .addToLabels(Map.of("disk", "ssd", "size", "10"))
                        .endMetadata());
        assertThat(reasons(new NodeAffinityPlugin(), incoming, cluster)).isEqualTo(expected);
    }

    static Stream<Arguments> ports() {
        return Stream.of(
                arguments("", "TCP", 8080, "node(s) didn't have free ports for the requested pod ports"),
                arguments("10.0.0.1", "TCP", 8080, "node(s) didn't have free ports for the requested pod ports"),
                arguments("", "UDP", 8080, ""),
                arguments("", "TCP", 8081, ""),
                arguments("127.0.0.1", "TCP", 9090, ""),
                arguments("127.0.0.2", "TCP", 9090, "node(s) didn't have free ports for the requested pod ports"));
    }

    @ParameterizedTest
    @MethodSource
    void ports(String address, String protocol, int port, String expected) {
        Cluster cluster =
                new Cluster().with(node("n"), hostPort("a", "", "TCP", 8080), hostPort("b", "127.0.0.2", "TCP", 9090));
        assertThat(reasons(new NodePorts(), hostPort("p", address, protocol, port), cluster))
                .isEqualTo(expected);
    }

    private static PodBuilder hostPort(String name, String address, String protocol, int port) {
        return pod(name)
                .editSpec()
                .editFirstContainer()
                .addNewPort()
                .withContainerPort(80)
                .withHostPort(port)
                .withHostIP(address)
                .withProtocol(protocol)
                .endPort()
                .endContainer()
                .endSpec();
    }

    @org.junit.jupiter.api.Test
    void keepsOffCordonedAndOtherNodes() {
        Cluster cordoned =
                new Cluster().with(node("n").editSpec().withUnschedulable(true).endSpec());
        assertThat(reasons(new NodeUnschedulable(), pod("p"), cordoned)).isEqualTo("node(s) were unschedulable");
        Toleration all = new Toleration(null, null, "Exists", null, null);
        assertThat(reasons(
                        new NodeUnschedulable(),
                        pod("p").editSpec().addToTolerations(all).endSpec(),
                        cordoned))
                .isEmpty();
        assertThat(reasons(
                        new NodeName(),
                        pod("p").editSpec().withNodeName("other").endSpec(),
                        cordoned))
                .isEqualTo("node(s) didn't match the requested node name");
    }

    @org.junit.jupiter.api.Test
    void spreadsHardConstraints() {
        PodTopologySpread spread = new PodTopologySpread(pod -> Optional.empty());
        Cluster cluster = new Cluster()
                .with(node("a"), labelled("1", "app", "x"), labelled("2", "app", "x"))
                .with(node("b"), labelled("3", "app", "x"), labelled("4", "app", "other"))
                .with(node("c")
                        .editMetadata()
                        .removeFromLabels("kubernetes.io/hostname")
                        .endMetadata());
        PodBuilder incoming = labelled("p", "app", "x")
                .editSpec()
                .addToTopologySpreadConstraints(new TopologySpreadConstraintBuilder()
                        .withTopologyKey("kubernetes.io/hostname")
                        .withMaxSkew(1)
                        .withWhenUnsatisfiable("DoNotSchedule")
                        .withLabelSelector(new LabelSelectorBuilder()
                                .addToMatchLabels("app", "x")
                                .build())
                        .build())
                .endSpec();
        assertThat(all(spread, incoming, cluster))
                .containsExactly(
                        "node(s) didn't match pod topology spread constraints",
                        "",
                        "node(s) didn't match pod topology spread constraints (missing required label)");
    }

    @org.junit.jupiter.api.Test
    void keepsPodsTogetherAndApart() {
        InterPodAffinity plugin = new InterPodAffinity();
        Cluster cluster =
                new Cluster().with(node("a"), labelled("1", "app", "db")).with(node("b"), labelled("2", "app", "web"));
        assertThat(all(plugin, affinity("p", true, "db"), cluster))
                .containsExactly("", "node(s) didn't match pod affinity rules");
        assertThat(all(plugin, affinity("p", false, "db"), cluster))
                .containsExactly("node(s) didn't match pod anti-affinity rules", "");
        assertThat(all(plugin, affinity("p", true, "nobody"), cluster))
                .containsOnly("node(s) didn't match pod affinity rules");
    }

    @org.junit.jupiter.api.Test
    void letsTheFirstOfAGroupInAndHonoursOthersAntiAffinity() {
        InterPodAffinity plugin = new InterPodAffinity();
        Cluster empty = new Cluster().with(node("a"));
        PodBuilder first = affinity("p", true, "group")
                .editMetadata()
                .addToLabels("app", "group")
                .endMetadata();
        assertThat(all(plugin, first, empty)).containsExactly("");
        Cluster defended =
                new Cluster().with(node("a"), affinity("loner", false, "web")).with(node("b"));
        assertThat(all(plugin, labelled("p", "app", "web"), defended))
                .containsExactly("node(s) didn't satisfy existing pods anti-affinity rules", "");
    }

    @org.junit.jupiter.api.Test
    void looksForAffinityInTheNamespacesThatAreMeant() {
        InterPodAffinity plugin = new InterPodAffinity();
        Cluster cluster = new Cluster()
                .with(
                        node("a"),
                        labelled("1", "app", "db")
                                .editMetadata()
                                .withNamespace("prod")
                                .endMetadata())
                .withNamespace("ns", Map.of())
                .withNamespace("prod", Map.of("tier", "prod"));
        assertThat(all(plugin, affinity("p", true, "db"), cluster)).doesNotContain("");
        PodBuilder across = affinity("p", true, "db");
        PodAffinityTerm term = across.build()
                .getSpec()
                .getAffinity()
                .getPodAffinity()
                .getRequiredDuringSchedulingIgnoredDuringExecution()
                .get(0);
        term.setNamespaceSelector(
                new LabelSelectorBuilder().addToMatchLabels("tier", "prod").build());
        PodBuilder selecting = pod("p").editSpec()
                .withNewAffinity()
                .withNewPodAffinity()
                .addToRequiredDuringSchedulingIgnoredDuringExecution(term)
                .endPodAffinity()
                .endAffinity()
                .endSpec();
        assertThat(all(plugin, selecting, cluster)).containsExactly("");
    }

    private static PodBuilder affinity(String name, boolean near, String app) {
        PodAffinityTerm term = new PodAffinityTermBuilder()
                .withTopologyKey("kubernetes.io/hostname")
                .withLabelSelector(
                        new LabelSelectorBuilder().addToMatchLabels("app", app).build())
                .build();
        return near
                ? pod(name)
                        .editSpec()
                        .withNewAffinity()
                        .withNewPodAffinity()
                        .addToRequiredDuringSchedulingIgnoredDuringExecution(term)
                        .endPodAffinity()
                        .endAffinity()
                        .endSpec()
                : pod(name)
                        .editSpec()
                        .withNewAffinity()
                        .withNewPodAntiAffinity()
                        .addToRequiredDuringSchedulingIgnoredDuringExecution(term)
                        .endPodAntiAffinity()
                        .endAffinity()
                        .endSpec();
    }

    private static String reasons(FilterPlugin plugin, PodBuilder incoming, Cluster cluster) {
        return all(plugin, incoming, cluster).get(0);
    }

    private static List<String> all(FilterPlugin plugin, PodBuilder incoming, Cluster cluster) {
        FilterPlugin.NodeFilter filter = plugin.prepare(info(incoming), cluster.snapshot());
        return cluster.snapshot().nodes().stream()
                .map((NodeInfo node) -> filter.test(node))
                .map(Verdict::reasons)
                .map(reasons -> String.join(", ", reasons))
                .toList();
    }
}
