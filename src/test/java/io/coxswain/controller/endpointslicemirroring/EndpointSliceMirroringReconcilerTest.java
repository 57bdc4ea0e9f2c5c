package io.coxswain.controller.endpointslicemirroring;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.ClusterObjects;
import io.coxswain.controller.SimulatedCluster;
import io.fabric8.kubernetes.api.model.EndpointAddress;
import io.fabric8.kubernetes.api.model.EndpointSubset;
import io.fabric8.kubernetes.api.model.EndpointSubsetBuilder;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EndpointSliceMirroringReconcilerTest {
    private final SimulatedCluster cluster = new SimulatedCluster();

    @BeforeEach
    void start() {
        cluster.start(new EndpointSliceMirroringReconciler(cluster.timers.clock()));
    }

    @Test
    void copiesAddressesPortsLabelsAndAnnotations() {
        service(Map.of());
        put(endpoints -> endpoints
                .editMetadata()
                .addToLabels("team", "blue")
                .addToAnnotations("note", "x")
                .addToAnnotations("endpoints.kubernetes.io/last-change-trigger-time", "2026-01-01T00:00:00Z")
                .addToAnnotations("kubectl.kubernetes.io/last-applied-configuration", "{}")
                .endMetadata()
                .addNewSubset()
                .addToAddresses(new EndpointAddress("web-0", "10.0.0.1", "node-1", null))
                .addToNotReadyAddresses(new EndpointAddress(null, "10.0.0.2", null, null))
                .addNewPort("http", "web", 8080, "TCP")
                .endSubset());
        EndpointSlice slice = SimulatedCluster.only(this::slices);
        assertThat(slice.getMetadata().getGenerateName()).isEqualTo("web-");
        assertThat(slice.getMetadata().getLabels())
                .isEqualTo(Map.of(
                        "team", "blue",
                        "kubernetes.io/service-name", "web",
                        "endpointslice.kubernetes.io/managed-by", "endpointslicemirroring-controller.k8s.io"));
        assertThat(slice.getMetadata().getAnnotations()).isEqualTo(Map.of("note", "x"));
        assertThat(slice.getMetadata().getOwnerReferences().get(0).getKind()).isEqualTo("Endpoints");
        assertThat(slice.getAddressType()).isEqualTo("IPv4");
        assertThat(slice.getPorts().get(0).getName()).isEqualTo("web");
        assertThat(slice.getPorts().get(0).getPort()).isEqualTo(8080);
        assertThat(slice.getPorts().get(0).getAppProtocol()).isEqualTo("http");
        Endpoint ready = slice.getEndpoints().get(0);
        assertThat(ready.getAddresses()).containsExactly("10.0.0.1");
        assertThat(ready.getConditions().getReady()).isTrue();
        assertThat(ready.getHostname()).isEqualTo("web-0");
        assertThat(ready.getNodeName()).isEqualTo("node-1");
        assertThat(slice.getEndpoints().get(1).getConditions().getReady()).isFalse();
    }

    @Test
    void oneSliceForEachSetOfPortsAndFamily() {
        service(Map.of());
        put(endpoints -> endpoints
                .addToSubsets(subset(8080, "10.0.0.1", "fd00::1"))
                .addToSubsets(subset(9090, "10.0.0.2"))
                .addToSubsets(subset(8080, "10.0.0.3")));
        assertThat(slices()).hasSize(3);
        assertThat(slices())
                .filteredOn(slice -> slice.getPorts().get(0).getPort() == 8080
                        && slice.getAddressType().equals("IPv4"))
                .singleElement()
                .satisfies(slice -> assertThat(slice.getEndpoints())
                        .extracting(endpoint -> endpoint.getAddresses().get(0))
                        .containsExactly("10.0.0.1", "10.0.0.3"));
    }

    @Test
    void followsChangesInPlaceAndWritesNothingOtherwise() {
        service(Map.of());
        put(endpoints -> endpoints.addToSubsets(subset(8080, "10.0.0.1")));
        String name = SimulatedCluster.only(this::slices).getMetadata().getName();
        put(endpoints -> endpoints.addToSubsets(subset(8080, "10.0.0.1", "10.0.0.2")));
        assertThat(SimulatedCluster.only(this::slices).getMetadata().getName()).isEqualTo(name);
        assertThat(SimulatedCluster.only(this::slices).getEndpoints()).hasSize(2);
        put(endpoints -> endpoints.addToSubsets(subset(9090, "10.0.0.1")));
        assertThat(SimulatedCluster.only(this::slices).getPorts().get(0).getPort())
                .isEqualTo(9090);
        cluster.api.forgetRequests();
        cluster.run(30);
        assertThat(cluster.writes()).isEmpty();
    }

    @Test
    void mendsWhatOthersChange() {
        service(Map.of());
        put(endpoints -> endpoints.addToSubsets(subset(8080, "10.0.0.1")));
        EndpointSlice slice = SimulatedCluster.only(this::slices);
        slice.setEndpoints(List.of());
        cluster.api
                .client(cluster.timers)
                .resource(ResourceTypes.ENDPOINT_SLICES)
                .update(slice);
        cluster.settle();
        assertThat(SimulatedCluster.only(this::slices).getEndpoints()).hasSize(1);
        cluster.api.remove(
                ResourceTypes.ENDPOINT_SLICES, "ns", slice.getMetadata().getName());
        cluster.settle();
        assertThat(SimulatedCluster.only(this::slices).getEndpoints()).hasSize(1);
    }

    @Test
    void atMostAThousandOfASubset() {
        service(Map.of());
        EndpointSubsetBuilder many = new EndpointSubsetBuilder().addNewPort(null, "", 80, "TCP");
        for (int i = 0; i < 1005; i++) {
            many.addToAddresses(new EndpointAddress(null, "10.0." + i / 250 + "." + i % 250, null, null));
        }
        many.addToNotReadyAddresses(new EndpointAddress(null, "10.1.0.1", null, null));
        put(endpoints -> endpoints.addToSubsets(many.build()));
        assertThat(SimulatedCluster.only(this::slices).getEndpoints()).hasSize(1000);
        assertThat(cluster.eventMessages("ns", "TooManyAddressesToMirror"))
                .containsExactly("A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 6"
                        + " addresses were skipped");
    }

    @Test
    void leavesOutWhatIsNoAddress() {
        service(Map.of());
        put(endpoints -> endpoints.addToSubsets(subset(80, "10.0.0.1", "elsewhere")));
        assertThat(SimulatedCluster.only(this::slices).getEndpoints()).hasSize(1);
        assertThat(cluster.eventMessages("ns", "InvalidIPAddress"))
                .containsExactly("Skipped 1 invalid IP addresses when mirroring to EndpointSlices");
    }

    @Test
    void someEndpointsAreNotMirrored() {
        Consumer<EndpointsBuilder> plain = endpoints -> endpoints.addToSubsets(subset(80, "10.0.0.1"));
        put(plain);
        assertThat(slices()).as("no service").isEmpty();
        service(Map.of());
        cluster.settle();
        assertThat(slices()).hasSize(1);
        service(Map.of("app", "x"));
        cluster.settle();
        assertThat(slices()).as("a selector").isEmpty();
        service(Map.of());
        cluster.settle();
        assertThat(slices()).hasSize(1);
        put(endpoints -> endpoints
                .editMetadata()
                .addToLabels("endpointslice.kubernetes.io/skip-mirror", "true")
                .endMetadata()
                .addToSubsets(subset(80, "10.0.0.1")));
        assertThat(slices()).as("asked not to").isEmpty();
        put(plain);
        assertThat(slices()).hasSize(1);
        put(endpoints -> endpoints
                .editMetadata()
                .addToAnnotations("control-plane.alpha.kubernetes.io/leader", "{}")
                .endMetadata()
                .addToSubsets(subset(80, "10.0.0.1")));
        assertThat(slices()).as("a lock").isEmpty();
        put(plain);
        assertThat(slices()).hasSize(1);
        cluster.api.remove(ResourceTypes.ENDPOINTS, "ns", "web");
        cluster.settle();
        assertThat(slices()).as("gone").isEmpty();
    }

    private static EndpointSubset subset(int port, String... addresses) {
        EndpointSubsetBuilder subset = new EndpointSubsetBuilder().addNewPort(null, "web", port, "TCP");
        for (String address : addresses) {
            subset.addToAddresses(new EndpointAddress(null, address, null, null));
        }
        return subset.build();
    }

    private void service(Map<String, String> selector) {
        cluster.api.put(ResourceTypes.SERVICES, ClusterObjects.service("web", selector));
        cluster.settle();
    }

    private void put(Consumer<EndpointsBuilder> edit) {
        EndpointsBuilder endpoints = new EndpointsBuilder()
                .withNewMetadata()
                .withNamespace("ns")
                .withName("web")
                .endMetadata();
        edit.accept(endpoints);
        Endpoints object = endpoints.build();
        cluster.api.put(ResourceTypes.ENDPOINTS, object);
        cluster.settle();
        cluster.settle();
    }

    private List<EndpointSlice> slices() {
        return cluster.api.list(ResourceTypes.ENDPOINT_SLICES, "ns");
    }
}
