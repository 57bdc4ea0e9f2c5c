package io.coxswain.controller.endpointslice;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.ClusterObjects;
import io.coxswain.controller.SimulatedCluster;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EndpointSliceReconcilerTest {
    private static final Map<String, String> LABELS = Map.of("app", "x");

    private final SimulatedCluster cluster = new SimulatedCluster();

    @BeforeEach
    void start() {
        cluster.start(new EndpointSliceReconciler(cluster.timers.clock()));
        cluster.api.put(ResourceTypes.NODES, ClusterObjects.node("node-1"));
    }

    @Test
    void writesWhatProxiesAndDnsNeedToKnowAboutAPod() {
        put(ClusterObjects.service("svc", LABELS));
        Pod pod = put(pod(1));
        put(ClusterObjects.pod("stranger", Map.of("app", "y"), "node-1", "10.244.0.99"));
        cluster.settle();
        EndpointSlice slice = only();
        assertThat(slice.getMetadata().getName()).startsWith("svc-");
        assertThat(slice.getMetadata().getLabels())
                .isEqualTo(Map.of(
                        "team", "blue",
                        "kubernetes.io/service-name", "svc",
                        "endpointslice.kubernetes.io/managed-by", "endpointslice-controller.k8s.io"));
        OwnerReference owner = slice.getMetadata().getOwnerReferences().get(0);
        assertThat(owner.getKind()).isEqualTo("Service");
        assertThat(owner.getController()).isTrue();
        assertThat(owner.getBlockOwnerDeletion()).isTrue();
        assertThat(slice.getAddressType()).isEqualTo("IPv4");
        assertThat(slice.getPorts()).hasSize(1);
        assertThat(slice.getPorts().get(0).getName()).isEqualTo("http");
        assertThat(slice.getPorts().get(0).getPort()).isEqualTo(8080);
        assertThat(slice.getEndpoints()).hasSize(1);
        Endpoint endpoint = slice.getEndpoints().get(0);
        assertThat(endpoint.getAddresses()).containsExactly("10.244.0.1");
        assertThat(endpoint.getNodeName()).isEqualTo("node-1");
        assertThat(endpoint.getZone()).isEqualTo("zone-of-node-1");
        assertThat(endpoint.getHostname()).isNull();
        assertThat(endpoint.getTargetRef().getUid()).isEqualTo(pod.getMetadata().getUid());
        assertConditions("pod-1", true, true, false);
    }

    @Test
    void followsReadinessAndTerminationAtOnce() {
        put(ClusterObjects.service("svc", LABELS));
        Pod pod = put(pod(1));
        cluster.settle();
        cluster.api.put(ResourceTypes.PODS, ClusterObjects.ready(pod, false));
        cluster.timers.advance(Duration.ofMillis(20));
        assertConditions("pod-1", false, false, false);
        cluster.api.put(ResourceTypes.PODS, pod);
        cluster.timers.advance(Duration.ofMillis(20));
        assertConditions("pod-1", true, true, false);
        cluster.api.put(ResourceTypes.PODS, ClusterObjects.terminating(pod));
        cluster.timers.advance(Duration.ofMillis(20));
        assertConditions("pod-1", false, true, true);
        cluster.api.remove(ResourceTypes.PODS, "ns", "pod-1");
        cluster.timers.advance(Duration.ofMillis(20));
        assertThat(only().getEndpoints()).isEmpty();
    }

    @Test
    void publishesPodsThatAreNotReadyIfTheServiceAsksForIt() {
        Service service = ClusterObjects.service("svc", LABELS);
        put(new ServiceBuilder(service)
                .editSpec()
                .withPublishNotReadyAddresses(true)
                .endSpec()
                .build());
        put(ClusterObjects.ready(pod(1), false));
        cluster.settle();
        assertConditions("pod-1", true, false, false);
    }

    @Test
    void leavesOutFinishedPodsPodsWithoutAddressAndPodsOfLostNodes() {
        put(ClusterObjects.service("svc", LABELS));
        put(ClusterObjects.phase(pod(1), "Succeeded"));
        put(new PodBuilder(pod(2)).editStatus().withPodIP(null).endStatus().build());
        put(ClusterObjects.pod("pod-3", LABELS, "no-such-node", "10.244.0.3"));
        cluster.settle();
        assertThat(only().getEndpoints()).isEmpty();
        assertThat(only().getPorts()).isEmpty();
        cluster.api.put(ResourceTypes.NODES, ClusterObjects.node("no-such-node"));
        cluster.settle();
        assertThat(addresses()).containsExactly("10.244.0.3");
    }

    @Test
    void groupsPodsByWhereTheirNamedPortIs() {
        put(ClusterObjects.service("svc", LABELS));
        put(pod(1));
        put(new PodBuilder(pod(2))
                .editSpec()
                .editContainer(0)
                .editPort(0)
                .withContainerPort(9090)
                .endPort()
                .endContainer()
                .endSpec()
                .build());
        cluster.settle();
        assertThat(slices())
                .extracting(slice -> slice.getPorts().get(0).getPort())
                .containsExactlyInAnyOrder(8080, 9090);
    }

    @Test
    void marksHeadlessServicesAndNamesTheirHosts() {
        put(new ServiceBuilder(ClusterObjects.service("svc", LABELS))
                .editSpec()
                .withClusterIP("None")
                .endSpec()
                .build());
        put(new PodBuilder(pod(1))
                .editSpec()
                .withHostname("db-0")
                .withSubdomain("svc")
                .endSpec()
                .build());
        put(new PodBuilder(pod(2))
                .editSpec()
                .withHostname("db-1")
                .withSubdomain("other")
                .endSpec()
                .build());
        cluster.settle();
        assertThat(only().getMetadata().getLabels()).containsEntry("service.kubernetes.io/headless", "");
        assertThat(only().getEndpoints()).extracting(Endpoint::getHostname).containsExactlyInAnyOrder("db-0", null);
    }

    @Test
    void spreadsManyPodsOverSlicesAndChangesFewOfThem() {
        put(ClusterObjects.service("svc", LABELS));
        for (int i = 1; i <= 250; i++) {
            put(pod(i));
        }
        cluster.run(2);
        assertThat(slices()).hasSize(3).allMatch(slice -> slice.getEndpoints().size() <= 100);
        assertThat(addresses()).hasSize(250).doesNotHaveDuplicates();
        cluster.api.forgetRequests();
        cluster.api.put(
                ResourceTypes.PODS, ClusterObjects.ready(cluster.api.get(ResourceTypes.PODS, "ns", "pod-7"), false));
        cluster.settle();
        assertThat(cluster.writes()).hasSize(1).allMatch(write -> write.startsWith("update endpointslices"));
        for (int i = 1; i <= 250; i++) {
            cluster.api.remove(ResourceTypes.PODS, "ns", "pod-" + i);
        }
        cluster.run(2);
        assertThat(only().getEndpoints()).isEmpty();
    }

    @Test
    void writesNothingWhenNothingChanged() {
        put(ClusterObjects.service("svc", LABELS));
        Pod pod = put(pod(1));
        cluster.run(2);
        cluster.api.forgetRequests();
        cluster.api.put(
                ResourceTypes.PODS,
                new PodBuilder(pod)
                        .editMetadata()
                        .addToAnnotations("a", "b")
                        .endMetadata()
                        .build());
        cluster.api.put(
                ResourceTypes.NODES,
                new NodeBuilder(cluster.api.get(ResourceTypes.NODES, "", "node-1"))
                        .editMetadata()
                        .addToAnnotations("a", "b")
                        .endMetadata()
                        .build());
        put(new ServiceBuilder(cluster.api.get(ResourceTypes.SERVICES, "ns", "svc"))
                .editMetadata()
                .addToAnnotations("a", "b")
                .endMetadata()
                .build());
        cluster.run(2);
        assertThat(cluster.writes()).isEmpty();
    }

    @Test
    void makesNoSliceTwiceWhileItsCacheIsBehind() {
        put(ClusterObjects.service("svc", LABELS));
        for (int i = 0; i < 5; i++) {
            put(new ServiceBuilder(cluster.api.get(ResourceTypes.SERVICES, "ns", "svc"))
                    .editMetadata()
                    .addToAnnotations("touched", Integer.toString(i))
                    .endMetadata()
                    .build());
            put(pod(i));
        }
        cluster.run(2);
        assertThat(cluster.api.countWrites("create", "endpointslices")).isEqualTo(1);
        assertThat(addresses()).hasSize(5);
    }

    @Test
    void leavesOthersSlicesAloneAndTakesItsOwnBack() {
        EndpointSlice manual = cluster.api.put(
                ResourceTypes.ENDPOINT_SLICES,
                new EndpointSliceBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName("manual")
                        .addToLabels("kubernetes.io/service-name", "svc")
                        .endMetadata()
                        .withAddressType("IPv4")
                        .build());
        put(new ServiceBuilder(ClusterObjects.service("svc", Map.of())).build());
        cluster.settle();
        assertThat(slices()).containsExactly(manual);
        put(ClusterObjects.service("svc", LABELS));
        cluster.settle();
        assertThat(slices()).hasSize(2).contains(manual);
        put(new ServiceBuilder(ClusterObjects.service("svc", LABELS))
                .editSpec()
                .withType("ExternalName")
                .withExternalName("example.org")
                .endSpec()
                .build());
        cluster.settle();
        assertThat(slices()).containsExactly(manual);
    }

    @Test
    void mendsASliceThatSomebodyDeletedOrChanged() {
        put(ClusterObjects.service("svc", LABELS));
        put(pod(1));
        cluster.settle();
        cluster.api.remove(
                ResourceTypes.ENDPOINT_SLICES, "ns", only().getMetadata().getName());
        cluster.run(2);
        assertThat(addresses()).containsExactly("10.244.0.1");
        cluster.api.put(
                ResourceTypes.ENDPOINT_SLICES,
                new EndpointSliceBuilder(only()).withEndpoints().build());
        cluster.run(2);
        assertThat(addresses()).containsExactly("10.244.0.1");
    }

    @Test
    void triesAgainAfterARefusal() {
        cluster.api.failWhen(request -> request.info().verb().equals("create")
                        && request.info().resource().equals("endpointslices")
                ? ApiException.unavailable("the store is closed")
                : null);
        put(ClusterObjects.service("svc", LABELS));
        put(pod(1));
        cluster.run(1);
        assertThat(slices()).isEmpty();
        cluster.api.failWhen(request -> null);
        cluster.run(5);
        assertThat(addresses()).containsExactly("10.244.0.1");
    }

    private static Pod pod(int number) {
        return ClusterObjects.pod("pod-" + number, LABELS, "node-1", "10.244." + number / 200 + "." + number % 200);
    }

    private Pod put(Pod pod) {
        return cluster.api.put(ResourceTypes.PODS, pod);
    }

    private void put(Service service) {
        cluster.api.put(ResourceTypes.SERVICES, service);
    }

    private List<EndpointSlice> slices() {
        return cluster.api.list(ResourceTypes.ENDPOINT_SLICES, "ns");
    }

    private EndpointSlice only() {
        return SimulatedCluster.only(this::slices);
    }

    private List<String> addresses() {
        return slices().stream()
                .flatMap(slice -> slice.getEndpoints().stream())
                .flatMap(endpoint -> endpoint.getAddresses().stream())
                .toList();
    }

    private void assertConditions(String pod, boolean ready, boolean serving, boolean terminating) {
        assertThat(only().getEndpoints()).hasSize(1).allSatisfy(endpoint -> {
            assertThat(endpoint.getTargetRef().getName()).isEqualTo(pod);
            assertThat(endpoint.getConditions().getReady()).isEqualTo(ready);
            assertThat(endpoint.getConditions().getServing()).isEqualTo(serving);
            assertThat(endpoint.getConditions().getTerminating()).isEqualTo(terminating);
        });
    }
}
