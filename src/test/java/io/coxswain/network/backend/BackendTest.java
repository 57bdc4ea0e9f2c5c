package io.coxswain.network.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.coxswain.apiserver.request.ProxyTarget;
import io.coxswain.client.FakeApi;
import io.coxswain.client.ManualTimers;
import io.coxswain.client.ReadThrough;
import io.coxswain.client.ResourceType;
import io.coxswain.client.ResourceTypes;
import io.coxswain.client.SharedInformers;
import io.coxswain.kinds.Trees;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackendTest {
    private static final String SERVICE =
            "{metadata: {name: web, namespace: ns}, spec: {ports: [{name: http, port: 80},"
                    + " {name: admin, port: 8443}]}}";

    private final ManualTimers timers = new ManualTimers();
    private final FakeApi api = new FakeApi(timers.clock());
    private final SharedInformers informers = new SharedInformers(api.client(timers), timers);
    private final ServiceBackend services =
            new ServiceBackend(reads(ResourceTypes.ENDPOINT_SLICES), reads(ResourceTypes.PODS));

    private <T> ReadThrough<T> reads(ResourceType<T> type) {
        return new ReadThrough<>(type, () -> informers, () -> api.client(timers));
    }

    @Test
    void aPodIsReachedAtItsFirstPortOrTheOneThatIsNamed() {
        String pod = "{spec: {containers: [{name: a}, {name: b, ports: [{containerPort: 8080}, {containerPort: 9}]}]},"
                + " status: {podIP: 10.1.2.3}}";
        assertThat(pod("p", pod)).isEqualTo(new ProxyTarget("http", "10.1.2.3", 8080));
        assertThat(pod("p:81", pod)).isEqualTo(new ProxyTarget("http", "10.1.2.3", 81));
        assertThat(pod("https:p:81", pod)).isEqualTo(new ProxyTarget("https", "10.1.2.3", 81));
        assertThat(pod("https:p:", "{status: {podIP: 10.1.2.3}}")).isEqualTo(new ProxyTarget("https", "10.1.2.3", 443));
    }

    @Test
    void refusesWhatIsNoNameOrLeadsToThisHost() {
        assertThat(refusal(() -> pod("ftp:p:1", "{}"))).isEqualTo("400 invalid pod request \"ftp:p:1\"");
        assertThat(refusal(() -> pod(":80", "{}"))).isEqualTo("400 invalid pod request \":80\"");
        assertThat(refusal(() -> pod("p:99999", "{status: {podIP: 10.1.2.3}}")))
                .isEqualTo("400 invalid port \"99999\"");
        for (String address :
                new String[] {"", "127.0.0.1", "169.254.169.254", "0.0.0.0", "::1", "224.0.0.1", "x.org"}) {
            assertThat(refusal(() -> pod("p", "{status: {podIP: '" + address + "'}}")))
                    .isEqualTo("400 address not allowed");
        }
    }

    @Test
    void aServiceLeadsToAReadyPodWithThePort() {
        pod("a", "10.1.0.1", true, "a");
        pod("b", "10.1.0.2", false, "b");
        pod("c", "10.1.0.3", true, "nobody");
        for (int i = 0; i < 20; i++) {
            assertThat(service("web:80")).isEqualTo(new ProxyTarget("http", "10.1.0.1", 8080));
        }
        assertThat(service("https:web:http")).isEqualTo(new ProxyTarget("https", "10.1.0.1", 8080));
    }

    @Test
    void saysWhyAServiceLeadsNowhere() {
        assertThat(refusal(() -> service("web:80"))).isEqualTo("503 no endpoints available for service \"web\"");
        pod("a", "10.1.0.1", true, "a");
        assertThat(refusal(() -> service("web:81"))).isEqualTo("503 no service port 81 found for service \"web\"");
        assertThat(refusal(() -> service("web:8443"))).isEqualTo("503 no endpoints available for service \"web:8443\"");
    }

    @Test
    void aNodeIsReachedAtTheNamedPort() {
        String node = "{metadata: {name: n}, status: {addresses: [{type: Hostname, address: n}, {type: InternalIP,"
                + " address: 172.30.0.11}]}}";
        assertThat(node("n:9100", node)).isEqualTo(new ProxyTarget("http", "172.30.0.11", 9100));
        assertThat(refusal(() -> node("n", node))).startsWith("503 ");
        String kubelet = node.replace("status: {", "status: {daemonEndpoints: {kubeletEndpoint: {Port: 10250}}, ");
        assertThat(node("n", kubelet)).isEqualTo(new ProxyTarget("https", "172.30.0.11", 10250));
    }

    private static ProxyTarget pod(String requested, String pod) {
        return new PodBackend().target(view(pod), requested, BackendName.parse(requested, "pod"));
    }

    private static ProxyTarget node(String requested, String node) {
        return new NodeBackend().target(view(node), requested, BackendName.parse(requested, "node"));
    }

    private ProxyTarget service(String requested) {
        timers.advance(Duration.ofSeconds(1));
        return services.target(view(SERVICE), requested, BackendName.parse(requested, "service"));
    }

    private static ObjectView view(String yaml) {
        return new ObjectView(Trees.yaml(yaml));
    }

    /** A pod with a slice of its own; {@code target} is whom the slice names. */
    private void pod(String name, String address, boolean ready, String target) {
        api.put(
                ResourceTypes.PODS,
                new PodBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName(name)
                        .endMetadata()
                        .withNewStatus()
                        .withPodIP(address)
                        .endStatus()
                        .build());
        api.put(
                ResourceTypes.ENDPOINT_SLICES,
                new EndpointSliceBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName("web-" + name)
                        .addToLabels("kubernetes.io/service-name", "web")
                        .endMetadata()
                        .withAddressType("IPv4")
                        .addNewPort()
                        .withName("http")
                        .withPort(8080)
                        .endPort()
                        .addNewEndpoint()
                        .withAddresses(address)
                        .withNewConditions()
                        .withReady(ready)
                        .endConditions()
                        .withNewTargetRef()
                        .withKind("Pod")
                        .withNamespace("ns")
                        .withName(target)
                        .endTargetRef()
                        .endEndpoint()
                        .build());
    }

    private static String refusal(Runnable action) {
        ApiException refused = catchThrowableOfType(ApiException.class, action::run);
        return refused.code() + " " + refused.getMessage();
    }
}
