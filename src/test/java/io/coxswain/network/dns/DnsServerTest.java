package io.coxswain.network.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

class DnsServerTest {
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private DnsServer server;

    @BeforeEach
    void start() throws IOException {
        DnsSettings settings = new DnsSettings(
                "cluster.local", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), List.of(), 30);
        server = new DnsServer(settings, new FixedDirectory(), executor);
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
        executor.shutdownNow();
    }

    @ParameterizedTest
    @CsvSource({
        "web.default.svc.cluster.local, A, 10.96.0.5",
        "WEB.Default.svc.cluster.local, A, 10.96.0.5",
        "_http._tcp.web.default.svc.cluster.local, SRV, 0 100 80 web.default.svc.cluster.local.",
        "db-0.db.default.svc.cluster.local, A, 10.244.1.7",
        "10-244-1-9.default.pod.cluster.local, A, 10.244.1.9",
        "docs.default.svc.cluster.local, CNAME, www.example.org.",
        "5.0.96.10.in-addr.arpa, PTR, web.default.svc.cluster.local.",
        "7.1.244.10.in-addr.arpa, PTR, db-0.db.default.svc.cluster.local.",
        "dns-version.cluster.local, TXT, 1.1.0",
    })
    void answersFromTheCluster(String name, String type, String expected) throws IOException {
        Message answer = ask(name, Type.value(type), false);
        assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(answer.getHeader().getFlag(Flags.AA)).isTrue();
        assertThat(rdata(answer)).containsExactly(expected);
    }

    @Test
    void listsTheReadyEndpointsOfAHeadlessService() throws IOException {
        assertThat(rdata(ask("db.default.svc.cluster.local", Type.A, false)))
                .containsExactlyInAnyOrder("10.244.1.7", "10.244.2.8");
    }

    @Test
    void answersOverTcpAsWell() throws IOException {
        assertThat(rdata(ask("web.default.svc.cluster.local", Type.A, true))).containsExactly("10.96.0.5");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nothing.default.svc.cluster.local",
                "web.nowhere.svc.cluster.local",
                "db-9.db.default.svc.cluster.local",
                "_grpc._tcp.web.default.svc.cluster.local",
                "x.cluster.local",
                "a.b.c.d.e.default.svc.cluster.local"
            })
    void saysThatANameDoesNotExist(String name) throws IOException {
        Message answer = ask(name, Type.A, false);
        assertThat(answer.getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(answer.getSection(Section.AUTHORITY)).hasSize(1);
    }

    @Test
    void saysNoDataForAnotherTypeOfAKnownName() throws IOException {
        Message answer = ask("web.default.svc.cluster.local", Type.AAAA, false);
        assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(rdata(answer)).isEmpty();
        assertThat(answer.getSection(Section.AUTHORITY)).hasSize(1);
    }

    @Test
    void refusesForeignNamesWithoutAnUpstreamServer() throws IOException {
        assertThat(ask("example.org", Type.A, false).getRcode()).isEqualTo(Rcode.REFUSED);
    }

    @Test
    void survivesGarbage() throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            for (byte[] garbage : List.of(new byte[0], new byte[] {1}, new byte[12], new byte[600])) {
                socket.send(
                        new DatagramPacket(garbage, garbage.length, InetAddress.getLoopbackAddress(), server.port()));
            }
        }
        assertThat(rdata(ask("web.default.svc.cluster.local", Type.A, false))).containsExactly("10.96.0.5");
    }

    private Message ask(String name, int type, boolean tcp) throws IOException {
        SimpleResolver resolver =
                new SimpleResolver(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        resolver.setTCP(tcp);
        resolver.setTimeout(Duration.ofSeconds(5));
        return resolver.send(Message.newQuery(Record.newRecord(Name.fromString(name + "."), type, DClass.IN)));
    }

    private static List<String> rdata(Message answer) {
        return answer.getSection(Section.ANSWER).stream()
                .map(Record::rdataToString)
                .toList();
    }

    private static final class FixedDirectory implements DnsDirectory {
        private final Service web = new ServiceBuilder()
                .withNewMetadata()
                .withName("web")
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .withClusterIP("10.96.0.5")
                .addNewPort()
                .withName("http")
                .withProtocol("TCP")
                .withPort(80)
                .endPort()
                .endSpec()
                .build();
        private final Service db = new ServiceBuilder()
                .withNewMetadata()
                .withName("db")
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .withClusterIP("None")
                .endSpec()
                .build();
        private final Service docs = new ServiceBuilder()
                .withNewMetadata()
                .withName("docs")
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .withType("ExternalName")
                .withExternalName("www.example.org")
                .endSpec()
                .build();
        private final EndpointSlice slice = new EndpointSliceBuilder()
                .withNewMetadata()
                .withName("db-1")
                .withNamespace("default")
                .addToLabels("kubernetes.io/service-name", "db")
                .endMetadata()
                .withAddressType("IPv4")
                .withEndpoints(
                        new EndpointBuilder()
                                .withAddresses("10.244.1.7")
                                .withHostname("db-0")
                                .build(),
                        new EndpointBuilder().withAddresses("10.244.2.8").build(),
                        new EndpointBuilder()
                                .withAddresses("10.244.2.9")
                                .withNewConditions()
                                .withReady(false)
                                .endConditions()
                                .build())
                .build();

        @Override
        public Optional<Service> service(String namespace, String name) {
            return List.of(web, db, docs).stream()
                    .filter(service -> service.getMetadata().getNamespace().equals(namespace)
                            && service.getMetadata().getName().equals(name))
                    .findFirst();
        }

        @Override
        public List<EndpointSlice> slices(String namespace, String service) {
            return service.equals("db") ? List.of(slice) : List.of();
        }

        @Override
        public Optional<Service> serviceByAddress(String clusterIp) {
            return clusterIp.equals("10.96.0.5") ? Optional.of(web) : Optional.empty();
        }

        @Override
        public List<EndpointSlice> slicesByAddress(String address) {
            return address.equals("10.244.1.7") ? List.of(slice) : List.of();
        }

        @Override
        public boolean namespaceExists(String namespace) {
            return namespace.equals("default");
        }
    }
}
