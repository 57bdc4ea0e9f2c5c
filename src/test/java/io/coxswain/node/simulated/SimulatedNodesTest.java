package io.coxswain.node.simulated;

import static io.coxswain.node.simulated.SimulatedCluster.containers;
import static io.coxswain.node.simulated.SimulatedCluster.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.client.ResourceTypes;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Simulated nodes themselves: Leases, status, being switched off, and several servers. */
class SimulatedNodesTest {
    private final SimulatedCluster cluster = new SimulatedCluster();

    private Lease lease(String node) {
        return cluster.api.get(ResourceTypes.LEASES, "kube-node-lease", node);
    }

    private Duration silence(String node) {
        return Duration.between(lease(node).getSpec().getRenewTime().toInstant(), cluster.now());
    }

    private NodeCondition condition(String node, String type) {
        return cluster.node(node).getStatus().getConditions().stream()
                .filter(c -> c.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aNodeRegistersAsAKubeletDoes() {
        cluster.addNode("node-a");
        cluster.start();
        Node node = cluster.node("node-a");
        assertThat(node.getStatus().getNodeInfo().getContainerRuntimeVersion()).isEqualTo("simulated://1");
        assertThat(node.getStatus().getNodeInfo().getOsImage()).isEqualTo("simulated");
        assertThat(node.getMetadata().getLabels())
                .containsEntry("kubernetes.io/hostname", "node-a")
                .containsEntry("kubernetes.io/os", "linux")
                .containsEntry("simulated.coxswain.io/node", "true");
        assertThat(node.getStatus().getConditions())
                .extracting(NodeCondition::getType)
                .containsExactlyInAnyOrder("MemoryPressure", "DiskPressure", "PIDPressure", "Ready");
        assertThat(condition("node-a", "Ready").getStatus()).isEqualTo("True");
        assertThat(node.getStatus().getAllocatable().get("cpu").getAmount()).isEqualTo("32");
        assertThat(node.getStatus().getAllocatable().get("pods").getAmount()).isEqualTo("110");
        assertThat(lease("node-a").getSpec().getHolderIdentity()).isEqualTo("node-a");
        assertThat(lease("node-a").getMetadata().getOwnerReferences())
                .extracting("uid")
                .containsExactly(node.getMetadata().getUid());
    }

    @Test
    void otherNodesAndTheirPodsAreLeftAlone() {
        Node real = cluster.addNode("node-a");
        real.getMetadata().getLabels().clear();
        cluster.api.put(ResourceTypes.NODES, real);
        cluster.start();
        cluster.addPod("p", containers("Always", "a"));
        cluster.pass(60);
        assertThat(cluster.phase("p")).isEqualTo("Pending");
        assertThat(cluster.api.writes()).isEmpty();
        assertThat(cluster.nodes.isSimulated("node-a")).isFalse();
    }

    @Test
    void leasesAreRenewedEveryTenSecondsAndSpreadEvenly() {
        for (int i = 0; i < 100; i++) {
            cluster.addNode("n-" + i);
        }
        cluster.start();
        cluster.pass(10);
        Map<Instant, Integer> renewals = new TreeMap<>();
        cluster.api.failWhen(request -> {
            if (isLease(request) && request.info().verb().equals("update")) {
                renewals.merge(cluster.now(), 1, Integer::sum);
            }
            return null;
        });
        cluster.pass(60);
        assertThat(renewals.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(600);
        assertThat(renewals.values()).allMatch(count -> count == 5);
        for (int i = 0; i < 100; i++) {
            assertThat(silence("n-" + i)).isLessThanOrEqualTo(Duration.ofSeconds(10));
        }
    }

    private static boolean isLease(ApiRequest request) {
        return request.info().resource().equals("leases")
                && request.info().namespace().equals("kube-node-lease");
    }

    @Test
    void anIdleNodeWritesItsLeaseAndNowAndThenItsStatus() {
        cluster.addNode("node-a");
        cluster.start();
        cluster.pass(20);
        cluster.api.forgetRequests();
        cluster.pass(3600);
        assertThat(cluster.api.countWrites("patch", "nodes/status")).isBetween(12L, 15L);
        assertThat(cluster.api.writes()).allMatch(line -> line.contains("leases") || line.contains("nodes/status"));
        assertThat(Duration.between(Instant.parse(condition("node-a", "Ready").getLastHeartbeatTime()), cluster.now()))
                .isLessThanOrEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void everythingIsWrittenAsTheNodeItself() {
        cluster.addNode("node-a");
        Map<String, String> users = new HashMap<>();
        cluster.api.failWhen(request -> {
            if (!List.of("get", "list", "watch").contains(request.info().verb())) {
                users.put(
                        request.info().resource() + "/" + request.info().namespace(),
                        request.user().name() + request.user().groups());
            }
            return null;
        });
        cluster.start();
        cluster.addPod("p", containers("Always", "a"), "events", "all");
        String node = "system:node:node-a[system:nodes, system:authenticated]";
        assertThat(users)
                .containsEntry("pods/default", node)
                .containsEntry("nodes/", node)
                .containsEntry("events/default", node)
                .containsEntry("leases/kube-node-lease", node)
                .containsEntry("leases/kube-system", "system:coxswain-simulated-nodes[system:authenticated]");
    }

    @Test
    void resourcesComeFromTheAnnotationAndTheNode() {
        cluster.addNode("node-a", "capacity", "cpu=4, memory=8Gi,example.com/gpu=2");
        cluster.start();
        assertThat(cluster.node("node-a").getStatus().getCapacity())
                .extractingByKeys("cpu", "memory", "example.com/gpu", "pods")
                .extracting("amount")
                .containsExactly("4", "8", "2", "110");
        Node node = cluster.node("node-a");
        node.getStatus().getCapacity().put("example.com/foo", new io.fabric8.kubernetes.api.model.Quantity("5"));
        cluster.api.put(ResourceTypes.NODES, node);
        cluster.pass(600);
        assertThat(cluster.node("node-a").getStatus().getCapacity()).containsKey("example.com/foo");
    }

    @Test
    void aCapacityThatIsNoneMakesTheNodeUnready() {
        cluster.addNode("node-a", "capacity", "cpu=lots");
        cluster.start();
        assertThat(condition("node-a", "Ready").getStatus()).isEqualTo("False");
        assertThat(condition("node-a", "Ready").getMessage())
                .isEqualTo("annotation simulated.coxswain.io/capacity: \"cpu=lots\" is no amount such as memory=32Gi");
    }

    @Test
    void aSettingThatDoesNotExistMakesTheNodeUnready() {
        cluster.addNode("node-a", "capasity", "cpu=1");
        cluster.start();
        assertThat(condition("node-a", "Ready").getMessage())
                .isEqualTo("annotation simulated.coxswain.io/capasity: there is no such setting");
    }

    @Test
    void conditionsCanBeScripted() {
        cluster.addNode("node-a");
        cluster.start();
        cluster.annotateNode("node-a", "pressure", "memory,disk");
        assertThat(condition("node-a", "MemoryPressure").getStatus()).isEqualTo("True");
        assertThat(condition("node-a", "DiskPressure").getReason()).isEqualTo("KubeletHasDiskPressure");
        cluster.annotateNode("node-a", "not-ready", "out of coffee");
        assertThat(condition("node-a", "Ready").getStatus()).isEqualTo("False");
        assertThat(condition("node-a", "Ready").getMessage()).isEqualTo("out of coffee");
        cluster.unannotateNode("node-a", "not-ready");
        cluster.unannotateNode("node-a", "pressure");
        assertThat(condition("node-a", "Ready").getStatus()).isEqualTo("True");
        assertThat(condition("node-a", "MemoryPressure").getStatus()).isEqualTo("False");
    }

    @Test
    void aStoppedNodeFallsSilent() {
        cluster.addNode("node-a");
        cluster.start();
        cluster.addPod("before", containers("Always", "a"));
        cluster.annotateNode("node-a", "stopped", "true");
        cluster.api.forgetRequests();
        cluster.addPod("after", containers("Always", "a"));
        cluster.pass(900);
        assertThat(silence("node-a")).isGreaterThan(Duration.ofMinutes(14));
        assertThat(cluster.phase("after")).isEqualTo("Pending");
        assertThat(cluster.api.writes()).allMatch(line -> line.contains("coxswain-simulated-nodes"));
    }

    @Test
    void aNodeThatComesBackStartsItsPodsAgain() {
        cluster.addNode("node-a");
        cluster.start();
        cluster.addPod("again", containers("Always", "a"));
        cluster.addPod("lost", containers("Never", "a"));
        cluster.annotateNode("node-a", "stopped", "true");
        Node dead = cluster.node("node-a");
        dead.getStatus().getConditions().forEach(c -> c.setStatus("Unknown"));
        cluster.api.put(ResourceTypes.NODES, dead);
        cluster.pass(100);
        cluster.unannotateNode("node-a", "stopped");
        assertThat(condition("node-a", "Ready").getStatus()).isEqualTo("True");
        assertThat(silence("node-a")).isZero();
        assertThat(cluster.phase("again")).isEqualTo("Running");
        assertThat(status(cluster.pod("again"), "a").getRestartCount()).isEqualTo(1);
        assertThat(status(cluster.pod("again"), "a")
                        .getLastState()
                        .getTerminated()
                        .getExitCode())
                .isEqualTo(255);
        assertThat(cluster.phase("lost")).isEqualTo("Failed");
    }

    @Test
    void aNewPodGetsNoAddressOfOneThatTheNextServerHasNotLookedAtYet() {
        cluster.addNode("node-a");
        cluster.start();
        cluster.addPod("z-old", containers("Always", "a"));
        cluster.nodes.stop();
        cluster.addPod("a-new", containers("Always", "a"));
        cluster.nodes = cluster.server("second");
        cluster.start();
        cluster.pass(20);
        assertThat(cluster.phase("a-new")).isEqualTo("Running");
        assertThat(cluster.pod("z-old").getStatus().getPodIP()).isEqualTo("10.244.7.2");
        assertThat(cluster.pod("a-new").getStatus().getPodIP()).isEqualTo("10.244.7.3");
    }

    @Test
    void annotationsOfTheNodeHoldForItsPods() {
        cluster.addNode("node-a", "start-delay", "5s");
        cluster.start();
        cluster.addPod("p", containers("Always", "a"));
        cluster.addPod("q", containers("Always", "a"), "start-delay", "0s");
        assertThat(cluster.phase("p")).isEqualTo("Pending");
        assertThat(cluster.phase("q")).isEqualTo("Running");
        cluster.pass(5);
        assertThat(cluster.phase("p")).isEqualTo("Running");
    }

    @Test
    void aServerThatTakesOverGoesOnWhereTheOtherStopped() {
        cluster.addNode("node-a");
        cluster.start();
        cluster.addPod("steady", containers("Always", "a"));
        cluster.addPod("crash", containers("Always", "a"), "exit-code", "1", "run-time", "30s");
        cluster.addPod("work", containers("Never", "a"), "run-time", "100s");
        cluster.pass(31);
        String address = cluster.pod("steady").getStatus().getPodIP();
        assertThat(status(cluster.pod("crash"), "a").getRestartCount()).isEqualTo(1);
        cluster.nodes.stop();
        cluster.pass(20);
        cluster.api.forgetRequests();
        cluster.nodes = cluster.server("second");
        cluster.start();
        cluster.pass(5);
        assertThat(cluster.api.writes()).noneMatch(line -> line.contains("/pods/steady"));
        assertThat(status(cluster.pod("crash"), "a").getRestartCount()).isEqualTo(1);
        cluster.pass(30);
        assertThat(status(cluster.pod("crash"), "a").getRestartCount()).isEqualTo(2);
        cluster.pass(30);
        assertThat(cluster.phase("work")).isEqualTo("Succeeded");
        Pod fresh = cluster.addPod("fresh", containers("Always", "a"));
        assertThat(fresh.getStatus().getPodIP()).isNotEqualTo(address);
    }

    @Test
    void aPodWhoseContainersAreOlderThanItsStartTimeStaysReady() {
        cluster.addNode("node-a");
        cluster.start();
        Pod pod = cluster.addPod("p", containers("Always", "a"));
        // As when a second ends between the start of the containers and the report.
        String second =
                cluster.now().plusSeconds(1).truncatedTo(ChronoUnit.SECONDS).toString();
        pod.getStatus().setStartTime(second);
        cluster.api.put(ResourceTypes.PODS, pod);
        cluster.nodes.stop();
        cluster.nodes = cluster.server("second");
        cluster.start();
        cluster.pass(20);
        assertThat(SimulatedCluster.ready(cluster.pod("p"))).isEqualTo("True");
        assertThat(status(cluster.pod("p"), "a").getReady()).isTrue();
        assertThat(status(cluster.pod("p"), "a").getRestartCount()).isZero();
    }

    @Test
    void twoServersDoNotPlayOneNode() {
        cluster.addNode("node-a");
        SimulatedNodes other = cluster.server("other");
        cluster.start();
        other.start();
        cluster.pass(30);
        cluster.api.forgetRequests();
        cluster.addPod("p", containers("Always", "a"));
        cluster.pass(30);
        assertThat(cluster.api.countWrites("patch", "pods/status")).isEqualTo(1);
        assertThat(other.isSimulated("node-a")).isTrue();
    }

    @Test
    void podsHaveAddressesOfTheirOwn() {
        cluster.addNode("node-a");
        cluster.start();
        List<String> addresses = new ArrayList<>();
        for (int i = 0; i < 253; i++) {
            addresses.add(cluster.addPod("p-" + i, containers("Always", "a"))
                    .getStatus()
                    .getPodIP());
        }
        assertThat(addresses).doesNotHaveDuplicates().doesNotContainNull();
        cluster.addPod("late", containers("Always", "a"));
        assertThat(cluster.phase("late")).isEqualTo("Pending");
        assertThat(cluster.events("late")).contains("FailedCreatePodSandBox");
        cluster.api.remove(ResourceTypes.PODS, "default", "p-7");
        cluster.pass(2);
        assertThat(cluster.pod("late").getStatus().getPodIP()).isEqualTo(addresses.get(7));
    }

    @Test
    void aNodeWithoutARangeWaitsAndThenTakesTestAddresses() {
        Node node = cluster.addNode("node-a");
        node.getSpec().setPodCIDR(null);
        cluster.api.put(ResourceTypes.NODES, node);
        cluster.start();
        assertThat(condition("node-a", "Ready").getStatus()).isEqualTo("False");
        cluster.addPod("p", containers("Always", "a"));
        assertThat(cluster.phase("p")).isEqualTo("Pending");
        cluster.pass(12);
        assertThat(condition("node-a", "Ready").getStatus()).isEqualTo("True");
        assertThat(cluster.pod("p").getStatus().getPodIP()).startsWith("198.19.");
    }

    @Test
    void whatTheApiRefusesIsTriedAgain() {
        cluster.addNode("node-a");
        cluster.start();
        cluster.api.failWhen(
                request -> request.info().subresource().equals("status") ? ApiException.unavailable("not now") : null);
        cluster.addPod("p", containers("Always", "a"));
        cluster.pass(1);
        assertThat(cluster.phase("p")).isEqualTo("Pending");
        cluster.api.failWhen(request -> null);
        cluster.pass(5);
        assertThat(cluster.phase("p")).isEqualTo("Running");
    }

    @Test
    void podsRunAlsoWhenTheNodesFirstReportIsRefused() {
        cluster.addNode("node-a");
        cluster.addPod("p", containers("Always", "a"));
        cluster.api.failWhen(request -> request.info().resource().equals("nodes")
                        && request.info().verb().equals("patch")
                ? ApiException.unavailable("not now")
                : null);
        cluster.start();
        assertThat(cluster.node("node-a").getStatus()).isNull();
        cluster.api.failWhen(request -> null);
        cluster.pass(5);
        assertThat(condition("node-a", "Ready").getStatus()).isEqualTo("True");
        assertThat(cluster.phase("p")).isEqualTo("Running");
    }

    @Test
    void aNodeThatGoesIsForgotten() {
        cluster.addNode("node-a");
        cluster.start();
        cluster.api.remove(ResourceTypes.NODES, "", "node-a");
        cluster.timers.runDue();
        cluster.api.forgetRequests();
        cluster.pass(60);
        assertThat(cluster.api.writes()).allMatch(line -> line.contains("coxswain-simulated-nodes"));
        assertThat(cluster.nodes.isSimulated("node-a")).isFalse();
    }
}
