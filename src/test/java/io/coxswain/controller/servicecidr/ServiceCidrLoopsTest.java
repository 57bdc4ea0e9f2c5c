package io.coxswain.controller.servicecidr;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.DeleteOptions;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.SimulatedCluster;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.network.allocator.ServiceAddress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServiceCidrLoopsTest {
    private final SimulatedCluster cluster = new SimulatedCluster();

    @BeforeEach
    void start() {
        cluster.start(
                new DefaultServiceCidrReconciler(
                        new ServiceRanges(List.of("10.0.0.0/16")),
                        cluster.api.clients(cluster.timers),
                        cluster.timers.clock()),
                new ServiceCidrReconciler(cluster.timers.clock()),
                new ServiceAddressReconciler(cluster.api.clients(cluster.timers), cluster.timers.clock()));
        advance(11);
    }

    @Test
    void makesTheDefaultRangeAndMakesItAgain() {
        ObjectView made = cidr("kubernetes");
        assertThat(made.strings("spec", "cidrs")).containsExactly("10.0.0.0/16");
        assertThat(made.finalizers()).containsExactly("networking.k8s.io/service-cidr-finalizer");
        assertThat(ready(made)).isEqualTo("True  Kubernetes default Service CIDR is ready");
        cluster.api.remove(ResourceTypes.SERVICE_CIDRS, "", "kubernetes");
        advance(11);
        assertThat(exists("kubernetes")).isTrue();
    }

    @Test
    void saysOnceThatTheDefaultRangeIsAnother() {
        SimulatedCluster other = new SimulatedCluster();
        other.api.put(ResourceTypes.SERVICE_CIDRS, object("kubernetes", "10.1.0.0/16"));
        other.start(new DefaultServiceCidrReconciler(
                new ServiceRanges(List.of("10.0.0.0/16")), other.api.clients(other.timers), other.timers.clock()));
        other.timers.advance(Duration.ofSeconds(35));
        assertThat(other.eventMessages("default", "KubernetesDefaultServiceCIDRInconsistent"))
                .containsExactly("The default ServiceCIDR [10.1.0.0/16] does not match the controller configuration"
                        + " [10.0.0.0/16]");
    }

    @Test
    void aRangeIsReadyAndProtectedSoonAfterItIsMade() {
        cluster.api.put(ResourceTypes.SERVICE_CIDRS, object("more", "192.168.0.0/24"));
        advance(1);
        assertThat(cidr("more").finalizers()).containsExactly("networking.k8s.io/service-cidr-finalizer");
        assertThat(ready(cidr("more"))).isEqualTo("True  Kubernetes Service CIDR is ready");
    }

    @Test
    void aDeletedRangeStaysWhileAServiceHasAnAddressOfIt() {
        cluster.api.put(ResourceTypes.SERVICE_CIDRS, object("more", "192.168.0.0/24"));
        service("a", "192.168.0.5");
        advance(1);
        delete("more");
        advance(60);
        assertThat(ready(cidr("more")))
                .isEqualTo("False Terminating There are still IPAddresses referencing the ServiceCIDR, please remove"
                        + " them or create a new ServiceCIDR");
        cluster.api.remove(ResourceTypes.SERVICES, "ns", "a");
        cluster.api.remove(ResourceTypes.IP_ADDRESSES, "", "192.168.0.5");
        advance(2);
        assertThat(exists("more")).isFalse();
    }

    @Test
    void anUnusedRangeGoesAfterTheTimeThatServersMayStillUseIt() {
        cluster.api.put(ResourceTypes.SERVICE_CIDRS, object("more", "192.168.0.0/24"));
        advance(1);
        delete("more");
        advance(8);
        assertThat(exists("more")).isTrue();
        advance(4);
        assertThat(exists("more")).isFalse();
    }

    @Test
    void aRangeThatAnotherCoversMayGoWithItsAddresses() {
        cluster.api.put(ResourceTypes.SERVICE_CIDRS, object("more", "192.168.0.0/24"));
        service("a", "192.168.0.5");
        advance(1);
        delete("more");
        advance(15);
        assertThat(exists("more")).isTrue();
        cluster.api.put(ResourceTypes.SERVICE_CIDRS, object("wider", "192.168.0.0/16"));
        advance(2);
        assertThat(exists("more")).isFalse();
    }

    @Test
    void aServiceWithoutItsAddressObjectGetsIt() {
        cluster.api.put(ResourceTypes.SERVICES, of("old", "10.0.0.7"));
        advance(1);
        ObjectView address = new ObjectView(cluster.api.get(ResourceTypes.IP_ADDRESSES, "", "10.0.0.7"));
        assertThat(ServiceAddress.belongsTo(address, "ns", "old")).isTrue();
        assertThat(cluster.eventMessages("ns", "ClusterIPNotAllocated"))
                .containsExactly("Cluster IP [IPv4]: 10.0.0.7 is not allocated; repairing");

        cluster.api.remove(ResourceTypes.IP_ADDRESSES, "", "10.0.0.7");
        advance(1);
        assertThat(cluster.api.exists(ResourceTypes.IP_ADDRESSES, "", "10.0.0.7"))
                .isTrue();
    }

    @Test
    void anAddressObjectOfAnotherServiceThatHasItNotIsPutRight() {
        cluster.api.put(ResourceTypes.SERVICES, of("b", "10.0.0.8"));
        advance(1);
        cluster.api.remove(ResourceTypes.IP_ADDRESSES, "", "10.0.0.8");
        cluster.api.put(ResourceTypes.IP_ADDRESSES, ServiceAddress.of("10.0.0.8", "ns", "nobody"));
        advance(1);
        ObjectView address = new ObjectView(cluster.api.get(ResourceTypes.IP_ADDRESSES, "", "10.0.0.8"));
        assertThat(ServiceAddress.belongsTo(address, "ns", "b")).isTrue();
        assertThat(cluster.eventMessages("ns", "ClusterIPNotAllocated"))
                .contains("the ClusterIP [IPv4]: 10.0.0.8 for Service ns/b has a wrong reference; repairing");
    }

    @Test
    void tellsOfAnAddressThatTwoServicesHave() {
        service("a", "10.0.0.9");
        cluster.api.put(ResourceTypes.SERVICES, of("b", "10.0.0.9"));
        advance(1);
        assertThat(cluster.eventMessages("ns", "ClusterIPAlreadyAllocated"))
                .containsExactly(
                        "Cluster IP [IPv4]:10.0.0.9 was assigned to multiple services; please recreate" + " service");
    }

    @Test
    void tellsOfAnAddressOutsideEveryRange() {
        cluster.api.put(ResourceTypes.SERVICES, of("a", "172.16.0.9"));
        advance(1);
        assertThat(cluster.eventMessages("ns", "ClusterIPOutOfRange"))
                .containsExactly("Cluster IP [IPv4]: 172.16.0.9 is not within any configured Service CIDR; please"
                        + " recreate service");
        assertThat(cluster.api.exists(ResourceTypes.IP_ADDRESSES, "", "172.16.0.9"))
                .isFalse();
    }

    @Test
    void anAddressObjectWithoutServiceGoesAfterAWhile() {
        cluster.api.put(ResourceTypes.IP_ADDRESSES, ServiceAddress.of("10.0.0.20", "ns", "nobody"));
        advance(50);
        assertThat(cluster.api.exists(ResourceTypes.IP_ADDRESSES, "", "10.0.0.20"))
                .isTrue();
        advance(15);
        assertThat(cluster.api.exists(ResourceTypes.IP_ADDRESSES, "", "10.0.0.20"))
                .isFalse();
        assertThat(cluster.eventMessages("default", "IPAddressNotAllocated"))
                .containsExactly("IPAddress: 10.0.0.20 for Service ns/nobody appears to have leaked: cleaning up");
    }

    @Test
    void aSecondAddressObjectOfAServiceGoes() {
        service("a", "10.0.0.10");
        cluster.api.put(ResourceTypes.IP_ADDRESSES, ServiceAddress.of("10.0.0.11", "ns", "a"));
        advance(1);
        assertThat(cluster.api.exists(ResourceTypes.IP_ADDRESSES, "", "10.0.0.11"))
                .isFalse();
        assertThat(cluster.api.exists(ResourceTypes.IP_ADDRESSES, "", "10.0.0.10"))
                .isTrue();
    }

    @Test
    void leavesAddressObjectsOfOthersAlone() {
        JsonObject gateway = JsonTrees.remove(
                JsonTrees.set(
                        ServiceAddress.of("10.0.0.30", "ns", "gateway"),
                        JsonTrees.text("gateways"),
                        "spec",
                        "parentRef",
                        "resource"),
                "metadata",
                "labels");
        cluster.api.put(ResourceTypes.IP_ADDRESSES, gateway);
        advance(120);
        assertThat(cluster.api.exists(ResourceTypes.IP_ADDRESSES, "", "10.0.0.30"))
                .isTrue();
    }

    private void service(String name, String address) {
        cluster.api.put(ResourceTypes.IP_ADDRESSES, ServiceAddress.of(address, "ns", name));
        cluster.api.put(ResourceTypes.SERVICES, of(name, address));
        advance(1);
    }

    private static Service of(String name, String address) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("ns")
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withType("ClusterIP")
                .withClusterIP(address)
                .withClusterIPs(address)
                .endSpec()
                .build();
    }

    private static JsonObject object(String name, String range) {
        return JsonTrees.object()
                .add("apiVersion", "networking.k8s.io/v1")
                .add("kind", "ServiceCIDR")
                .add("metadata", JsonTrees.object().add("name", name))
                .add("spec", JsonTrees.object().add("cidrs", JsonTrees.texts(List.of(range))))
                .build();
    }

    private void delete(String cidr) {
        cluster.api
                .client(cluster.timers)
                .resource(ResourceTypes.SERVICE_CIDRS)
                .delete("", cidr, new DeleteOptions(null, "Background", null, null));
    }

    private ObjectView cidr(String name) {
        return new ObjectView(cluster.api.get(ResourceTypes.SERVICE_CIDRS, "", name));
    }

    private boolean exists(String cidr) {
        return cluster.api.exists(ResourceTypes.SERVICE_CIDRS, "", cidr);
    }

    private static String ready(ObjectView cidr) {
        ObjectView condition = cidr.items("status", "conditions").get(0);
        assertThat(condition.text("type")).isEqualTo("Ready");
        return condition.text("status") + " " + condition.text("reason") + " " + condition.text("message");
    }

    private void advance(int seconds) {
        for (int i = 0; i < seconds; i++) {
            cluster.timers.advance(Duration.ofSeconds(1));
        }
    }
}
