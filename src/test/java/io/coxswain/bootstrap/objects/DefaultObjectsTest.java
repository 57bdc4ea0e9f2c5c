package io.coxswain.bootstrap.objects;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.bootstrap.config.ApiServerConfig;
import io.coxswain.bootstrap.config.ClusterConfig;
import io.coxswain.bootstrap.config.DnsConfig;
import io.coxswain.bootstrap.config.Settings;
import io.coxswain.bootstrap.config.SettingsSource;
import io.coxswain.client.FakeApi;
import io.coxswain.client.ManualTimers;
import io.coxswain.client.ResourceTypes;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class DefaultObjectsTest {
    private final ManualTimers timers = new ManualTimers();
    private final FakeApi api = new FakeApi(timers.clock());

    private void ensure(String address) {
        Properties properties = new Properties();
        properties.setProperty("coxswain.api.advertise-address", address);
        properties.setProperty("coxswain.api.port", "7443");
        Settings settings = Settings.read(SettingsSource.of(properties, Map.of()));
        DefaultObjects objects = new DefaultObjects(
                api.client(timers),
                settings.get(ApiServerConfig.class),
                settings.get(ClusterConfig.class),
                settings.get(DnsConfig.class),
                "PEM");
        objects.ensureNamespaces();
        objects.ensureOthers();
    }

    @Test
    void makesTheNamespacesAndTheWayToTheApi() {
        ensure("172.30.0.1");
        assertThat(api.list(ResourceTypes.NAMESPACES, ""))
                .extracting((Namespace namespace) -> namespace.getMetadata().getName())
                .containsExactlyInAnyOrder("default", "kube-system", "kube-public", "kube-node-lease");
        Service service = api.get(ResourceTypes.SERVICES, "default", "kubernetes");
        assertThat(service.getSpec().getClusterIP()).isEqualTo("10.96.0.1");
        assertThat(service.getSpec().getPorts().get(0).getPort()).isEqualTo(443);
        assertThat(service.getSpec().getPorts().get(0).getTargetPort().getIntVal())
                .isEqualTo(7443);
        EndpointSlice slice = api.get(ResourceTypes.ENDPOINT_SLICES, "default", "kubernetes");
        assertThat(slice.getEndpoints().get(0).getAddresses()).containsExactly("172.30.0.1");
        assertThat(slice.getMetadata().getLabels()).containsEntry("kubernetes.io/service-name", "kubernetes");
        Service dns = api.get(ResourceTypes.SERVICES, "kube-system", "kube-dns");
        assertThat(dns.getSpec().getClusterIP()).isEqualTo("10.96.0.10");
        assertThat(dns.getSpec().getPorts())
                .extracting(port -> port.getProtocol() + " " + port.getPort() + " "
                        + port.getTargetPort().getIntVal())
                .containsExactly("UDP 53 10053", "TCP 53 10053");
        assertThat(api.get(ResourceTypes.CONFIG_MAPS, "kube-system", "extension-apiserver-authentication")
                        .getData())
                .containsEntry("client-ca-file", "PEM");
    }

    @Test
    void makesNoEndpointThatNobodyCanReach() {
        ensure("127.0.0.1");
        assertThat(api.exists(ResourceTypes.SERVICES, "default", "kubernetes")).isTrue();
        assertThat(api.exists(ResourceTypes.ENDPOINTS, "default", "kubernetes")).isFalse();
        assertThat(api.exists(ResourceTypes.ENDPOINT_SLICES, "default", "kubernetes"))
                .isFalse();
    }

    @Test
    void changesNothingThatIsRightAndFollowsTheServersAddress() {
        ensure("172.30.0.1");
        api.forgetRequests();
        ensure("172.30.0.1");
        assertThat(api.writes()).isEmpty();
        ensure("172.30.7.1");
        assertThat(api.get(ResourceTypes.ENDPOINTS, "default", "kubernetes")
                        .getSubsets()
                        .get(0)
                        .getAddresses()
                        .get(0)
                        .getIp())
                .isEqualTo("172.30.7.1");
        assertThat(api.get(ResourceTypes.ENDPOINT_SLICES, "kube-system", "kube-dns")
                        .getEndpoints()
                        .get(0)
                        .getAddresses())
                .containsExactly("172.30.7.1");
    }
}
