package io.coxswain.controller.daemonset;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ObjectCodec;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.ClusterObjects;
import io.coxswain.controller.SimulatedCluster;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSetSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatus;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DaemonSetReconcilerTest {
    private static final Map<String, String> LABELS = Map.of("app", "agent");

    private final SimulatedCluster cluster = new SimulatedCluster();

    @BeforeEach
    void start() {
        for (String name : List.of("a", "b", "c")) {
            cluster.api.put(ResourceTypes.NODES, ClusterObjects.node(name));
        }
        // As the scheduler would.
        cluster.api.onCreate("pods", tree -> {
            Pod pod = ObjectCodec.read(tree, Pod.class);
            pod.getSpec().setNodeName(DaemonPods.node(pod));
            return ObjectCodec.tree(pod);
        });
        cluster.start(new DaemonSetReconciler(cluster.timers.clock()));
    }

    @Test
    void runsAPodOnEveryNode() {
        create(spec -> {});
        cluster.run(3);
        assertThat(nodes()).containsExactlyInAnyOrder("a", "b", "c");
        Pod pod = cluster.pods("ns").get(0);
        assertThat(pod.getSpec().getTolerations())
                .extracting(Toleration::getKey)
                .contains("node.kubernetes.io/not-ready", "node.kubernetes.io/unschedulable")
                .doesNotContain("node.kubernetes.io/network-unavailable");
        assertThat(pod.getMetadata().getLabels()).containsKey("controller-revision-hash");
        DaemonSetStatus status = set().getStatus();
        assertThat(status.getDesiredNumberScheduled()).isEqualTo(3);
        assertThat(status.getCurrentNumberScheduled()).isEqualTo(3);
        assertThat(status.getNumberReady()).isEqualTo(3);
        assertThat(status.getNumberAvailable()).isEqualTo(3);
        assertThat(status.getUpdatedNumberScheduled()).isEqualTo(3);
        assertThat(status.getNumberUnavailable()).isNull();
        assertThat(status.getNumberMisscheduled()).isZero();
        cluster.api.put(ResourceTypes.NODES, ClusterObjects.node("d"));
        cluster.run(3);
        assertThat(nodes()).contains("d");
        cluster.api.remove(
                ResourceTypes.PODS,
                "ns",
                cluster.pods("ns").get(0).getMetadata().getName());
        cluster.run(3);
        assertThat(cluster.pods("ns")).hasSize(4);
    }

    @Test
    void followsTheNodesLabels() {
        create(spec -> spec.editTemplate()
                .editSpec()
                .addToNodeSelector("color", "blue")
                .endSpec()
                .endTemplate());
        cluster.run(2);
        assertThat(cluster.pods("ns")).isEmpty();
        label("b", "blue");
        cluster.run(3);
        assertThat(nodes()).containsExactly("b");
        label("b", "green");
        cluster.run(3);
        assertThat(cluster.pods("ns")).isEmpty();
        assertThat(set().getStatus().getDesiredNumberScheduled()).isZero();
    }

    @Test
    void staysAwayFromTaintsButStaysWhereOnlySchedulingIsForbidden() {
        taint("a", "NoSchedule");
        taint("b", "NoExecute");
        create(spec -> {});
        cluster.run(3);
        assertThat(nodes()).containsExactly("c");
        taint("c", "NoSchedule");
        cluster.run(3);
        assertThat(nodes()).containsExactly("c");
        assertThat(set().getStatus().getNumberMisscheduled()).isEqualTo(1);
        taint("c", "NoExecute");
        cluster.run(3);
        assertThat(cluster.pods("ns")).isEmpty();
    }

    @Test
    void rollsOneNodeAfterTheOther() {
        create(spec -> {});
        cluster.run(3);
        setImage("new");
        cluster.afterEachTick(() -> assertThat(ready()).isGreaterThanOrEqualTo(2));
        cluster.settle();
        assertThat(cluster.activePods("ns")).hasSize(2);
        cluster.run(15);
        assertThat(images()).containsOnly("new");
        assertThat(nodes()).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(set().getStatus().getUpdatedNumberScheduled()).isEqualTo(3);
    }

    @Test
    void aSurgeMakesTheNewPodBeforeTheOldOneGoes() {
        create(spec -> spec.withNewUpdateStrategy()
                .withType("RollingUpdate")
                .withNewRollingUpdate()
                .withMaxSurge(new IntOrString(1))
                .withMaxUnavailable(new IntOrString(0))
                .endRollingUpdate()
                .endUpdateStrategy());
        cluster.run(3);
        cluster.becomesReady(pod -> false);
        setImage("new");
        cluster.run(5);
        assertThat(cluster.activePods("ns")).hasSize(4);
        assertThat(images().stream().filter("new"::equals)).hasSize(1);
        cluster.becomesReady(pod -> true);
        cluster.afterEachTick(() -> assertThat(ready()).isGreaterThanOrEqualTo(3));
        cluster.run(15);
        assertThat(images()).containsOnly("new").hasSize(3);
    }

    @Test
    void onDeleteReplacesOnlyWhatIsDeletedAndRollsBackWithoutRestarts() {
        create(spec -> spec.withNewUpdateStrategy().withType("OnDelete").endUpdateStrategy());
        cluster.run(3);
        setImage("new");
        cluster.run(3);
        assertThat(images()).containsOnly("old");
        cluster.api.remove(
                ResourceTypes.PODS,
                "ns",
                cluster.pods("ns").get(0).getMetadata().getName());
        cluster.run(3);
        assertThat(images()).containsOnlyOnce("new");
        List<String> kept = cluster.pods("ns").stream()
                .filter(pod -> pod.getSpec().getContainers().get(0).getImage().equals("old"))
                .map(pod -> pod.getMetadata().getUid())
                .toList();
        DaemonSet set = set();
        set.getSpec().getUpdateStrategy().setType("RollingUpdate");
        set.getSpec().getTemplate().getSpec().getContainers().get(0).setImage("old");
        cluster.api.client(cluster.timers).resource(ResourceTypes.DAEMON_SETS).update(set);
        cluster.run(6);
        assertThat(images()).containsOnly("old");
        assertThat(cluster.pods("ns"))
                .extracting(pod -> pod.getMetadata().getUid())
                .containsAll(kept);
        assertThat(cluster.api.list(ResourceTypes.CONTROLLER_REVISIONS, "ns")).hasSize(2);
    }

    @Test
    void replacesFailedPodsMoreAndMoreSlowly() {
        create(spec -> {});
        cluster.run(3);
        for (int i = 0; i < 60; i++) {
            cluster.pods("ns").stream()
                    .filter(pod -> DaemonPods.node(pod).equals("a")
                            && !pod.getStatus().getPhase().equals("Failed"))
                    .forEach(pod -> cluster.exit("ns", pod.getMetadata().getName(), 1));
            cluster.run(1);
        }
        assertThat(cluster.api.countWrites("create", "pods")).isBetween(6L, 12L);
        assertThat(cluster.eventMessages("ns", "FailedDaemonPod"))
                .anyMatch(message ->
                        message.matches("Found failed daemon pod ns/agent-\\d+ on node a, will try to kill it"));
        cluster.run(70);
        assertThat(ready()).isEqualTo(3);
    }

    @Test
    void heartbeatsOfNodesCauseNoWork() {
        create(spec -> {});
        cluster.run(3);
        cluster.api.forgetRequests();
        for (int i = 0; i < 10; i++) {
            Node node = cluster.api.get(ResourceTypes.NODES, "", "a");
            node.getMetadata().setAnnotations(Map.of("beat", Integer.toString(i)));
            cluster.api.put(ResourceTypes.NODES, node);
            cluster.run(1);
        }
        assertThat(cluster.writes()).isEmpty();
    }

    private void create(Consumer<DaemonSetSpecBuilder> change) {
        DaemonSetSpecBuilder spec = new DaemonSetSpecBuilder()
                .withSelector(SimulatedCluster.selector(LABELS).build())
                .withTemplate(SimulatedCluster.template("old", LABELS));
        change.accept(spec);
        cluster.api
                .client(cluster.timers)
                .resource(ResourceTypes.DAEMON_SETS)
                .create(new DaemonSetBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName("agent")
                        .endMetadata()
                        .withSpec(spec.build())
                        .build());
    }

    private void setImage(String image) {
        DaemonSet set = set();
        set.getSpec().getTemplate().getSpec().getContainers().get(0).setImage(image);
        cluster.api.client(cluster.timers).resource(ResourceTypes.DAEMON_SETS).update(set);
    }

    private void label(String name, String color) {
        Node node = cluster.api.get(ResourceTypes.NODES, "", name);
        cluster.api.put(
                ResourceTypes.NODES,
                new NodeBuilder(node)
                        .editMetadata()
                        .addToLabels("color", color)
                        .endMetadata()
                        .build());
    }

    private void taint(String name, String effect) {
        Node node = cluster.api.get(ResourceTypes.NODES, "", name);
        cluster.api.put(
                ResourceTypes.NODES,
                new NodeBuilder(node)
                        .editSpec()
                        .withTaints()
                        .addNewTaint(effect, "reserved", null, "yes")
                        .endSpec()
                        .build());
    }

    private DaemonSet set() {
        return cluster.api.get(ResourceTypes.DAEMON_SETS, "ns", "agent");
    }

    private List<String> nodes() {
        return cluster.activePods("ns").stream().map(DaemonPods::node).toList();
    }

    private List<String> images() {
        return cluster.activePods("ns").stream()
                .map(pod -> pod.getSpec().getContainers().get(0).getImage())
                .toList();
    }

    private int ready() {
        return (int) cluster.pods("ns").stream()
                .filter(pod -> pod.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Ready")
                                && condition.getStatus().equals("True")))
                .count();
    }
}
