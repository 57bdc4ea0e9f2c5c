package io.coxswain.controller.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.ClusterObjects;
import io.coxswain.controller.SimulatedCluster;
import io.fabric8.kubernetes.api.model.EndpointAddress;
import io.fabric8.kubernetes.api.model.EndpointSubset;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EndpointsReconcilerTest {
    private static final Map<String, String> LABELS = Map.of("app", "x");

    private final SimulatedCluster cluster = new SimulatedCluster();

    @BeforeEach
    void start() {
        cluster.start(new EndpointsReconciler());
    }

    @Test
    void sortsPodsIntoReadyAndNotReadyAndLeavesTerminatingOnesOut() {
        put(ClusterObjects.service("svc", LABELS));
        put(pod(2));
        put(pod(10));
        put(ClusterObjects.ready(pod(3), false));
        put(ClusterObjects.terminating(pod(4)));
        put(ClusterObjects.phase(pod(5), "Failed"));
        cluster.settle();
        Endpoints endpoints = endpoints();
        assertThat(endpoints.getMetadata().getLabels())
                .isEqualTo(Map.of("team", "blue", "endpoints.kubernetes.io/managed-by", "endpoint-controller"));
        assertThat(endpoints.getSubsets()).hasSize(1);
        EndpointSubset subset = endpoints.getSubsets().get(0);
        assertThat(subset.getAddresses())
                .extracting(EndpointAddress::getIp)
                .containsExactly("10.244.0.2", "10.244.0.10");
        assertThat(subset.getNotReadyAddresses())
                .extracting(EndpointAddress::getIp)
                .containsExactly("10.244.0.3");
        assertThat(subset.getPorts().get(0).getPort()).isEqualTo(8080);
        EndpointAddress address = subset.getAddresses().get(0);
        assertThat(address.getNodeName()).isEqualTo("node-1");
        assertThat(address.getTargetRef().getKind()).isEqualTo("Pod");
        assertThat(address.getTargetRef().getName()).isEqualTo("pod-2");
    }

    @Test
    void leavesPodsWithoutTheNamedPortOut() {
        put(ClusterObjects.service("svc", LABELS));
        put(new PodBuilder(pod(1))
                .editSpec()
                .editContainer(0)
                .withPorts()
                .endContainer()
                .endSpec()
                .build());
        cluster.settle();
        assertThat(endpoints().getSubsets()).isEmpty();
    }

    @Test
    void publishesAllPodsOfAHeadlessServiceThatAsksForIt() {
        put(new ServiceBuilder(ClusterObjects.service("svc", LABELS))
                .editSpec()
                .withClusterIP("None")
                .withPublishNotReadyAddresses(true)
                .withPorts()
                .endSpec()
                .build());
        put(ClusterObjects.ready(pod(1), false));
        put(ClusterObjects.terminating(pod(2)));
        cluster.settle();
        assertThat(endpoints().getMetadata().getLabels()).containsEntry("service.kubernetes.io/headless", "");
        assertThat(endpoints().getSubsets().get(0).getAddresses()).hasSize(2);
        assertThat(endpoints().getSubsets().get(0).getPorts()).isEmpty();
    }

    @Test
    void goesWithItsService() {
        put(ClusterObjects.service("svc", LABELS));
        cluster.settle();
        assertThat(cluster.api.exists(ResourceTypes.ENDPOINTS, "ns", "svc")).isTrue();
        cluster.api.remove(ResourceTypes.SERVICES, "ns", "svc");
        cluster.settle();
        assertThat(cluster.api.exists(ResourceTypes.ENDPOINTS, "ns", "svc")).isFalse();
    }

    @Test
    void leavesAloneWhatOthersWriteForServicesWithoutSelector() {
        Endpoints manual = cluster.api.put(
                ResourceTypes.ENDPOINTS,
                new EndpointsBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName("svc")
                        .endMetadata()
                        .addNewSubset()
                        .addNewAddress()
                        .withIp("192.0.2.1")
                        .endAddress()
                        .endSubset()
                        .build());
        cluster.settle();
        put(ClusterObjects.service("svc", Map.of()));
        put(pod(1));
        cluster.run(2);
        assertThat(endpoints()).isEqualTo(manual);
    }

    @Test
    void cutsOffNotReadyAddressesFirstWhenThereAreTooMany() {
        for (int i = 0; i < 995; i++) {
            put(pod(i));
        }
        for (int i = 995; i < 1010; i++) {
            put(ClusterObjects.ready(pod(i), false));
        }
        put(ClusterObjects.service("svc", LABELS));
        cluster.settle();
        assertThat(endpoints().getMetadata().getAnnotations())
                .containsEntry("endpoints.kubernetes.io/over-capacity", "truncated");
        assertThat(endpoints().getSubsets().get(0).getAddresses()).hasSize(995);
        assertThat(endpoints().getSubsets().get(0).getNotReadyAddresses()).hasSize(5);
        for (int i = 990; i < 1010; i++) {
            cluster.api.remove(ResourceTypes.PODS, "ns", "pod-" + i);
        }
        cluster.settle();
        assertThat(endpoints().getMetadata().getAnnotations())
                .doesNotContainKey("endpoints.kubernetes.io/over-capacity");
    }

    @Test
    void writesNothingWhenNothingChangedAndMendsWhatSomebodyDeleted() {
        put(ClusterObjects.service("svc", LABELS));
        put(pod(1));
        cluster.settle();
        cluster.api.forgetRequests();
        put(new ServiceBuilder(cluster.api.get(ResourceTypes.SERVICES, "ns", "svc"))
                .editMetadata()
                .addToAnnotations("a", "b")
                .endMetadata()
                .build());
        cluster.settle();
        assertThat(cluster.writes()).isEmpty();
        cluster.api.remove(ResourceTypes.ENDPOINTS, "ns", "svc");
        cluster.settle();
        assertThat(endpoints().getSubsets()).hasSize(1);
    }

    private static Pod pod(int number) {
        return ClusterObjects.pod("pod-" + number, LABELS, "node-1", "10.244." + number / 200 + "." + number % 200);
    }

    private void put(Pod pod) {
        cluster.api.put(ResourceTypes.PODS, pod);
    }

    private void put(Service service) {
        cluster.api.put(ResourceTypes.SERVICES, service);
    }

    private Endpoints endpoints() {
        return cluster.api.get(ResourceTypes.ENDPOINTS, "ns", "svc");
    }
}
