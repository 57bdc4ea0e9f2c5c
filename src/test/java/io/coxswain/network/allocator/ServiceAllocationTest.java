package io.coxswain.network.allocator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.coxswain.apiserver.ApiInMemory;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.client.ApiClient;
import io.coxswain.client.InProcessApiClients;
import io.coxswain.client.ReadThrough;
import io.coxswain.client.ResourceType;
import io.coxswain.client.ResourceTypes;
import io.coxswain.kinds.core.ServiceKind;
import io.coxswain.kinds.networking.IpAddressKind;
import io.coxswain.kinds.networking.ServiceCidrKind;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The allocation plugin over the real registry and store. */
class ServiceAllocationTest {
    private static final String SERVICES = "/api/v1/namespaces/ns/services";
    private static final String CIDRS = "/apis/networking.k8s.io/v1/servicecidrs";
    private static final String ADDRESSES = "/apis/networking.k8s.io/v1/ipaddresses";

    private final ServiceAllocation plugin = new ServiceAllocation(
            new AllocatorSettings(30000, 30031),
            reads(ResourceTypes.SERVICES),
            reads(ResourceTypes.SERVICE_CIDRS),
            reads(ResourceTypes.IP_ADDRESSES),
            Clock.systemUTC());
    private final ApiInMemory api = new ApiInMemory(
            List.of(new ServiceKind(), new ServiceCidrKind(), new IpAddressKind()), List.of(), List.of(plugin));
    private final ApiClient client = new InProcessApiClients(api.service(), Runnable::run)
            .as(UserInfo.of("tester", UserInfo.GROUP_MASTERS), "test");

    private <T> ReadThrough<T> reads(ResourceType<T> type) {
        return new ReadThrough<>(type, () -> new LiveInformers(() -> client), () -> client);
    }

    @BeforeEach
    void range() {
        cidr("kubernetes", "10.0.0.0/28");
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void anAddressIsAnObjectThatComesAndGoesWithTheService() {
        JsonObject made = service("a", "");
        String address = address(made);
        ObjectView object = new ObjectView(api.get(ADDRESSES + "/" + address));
        assertThat(object.labels())
                .containsEntry("ipaddress.kubernetes.io/managed-by", "ipallocator.k8s.io")
                .containsEntry("ipaddress.kubernetes.io/ip-family", "IPv4");
        assertThat(object.object("spec", "parentRef"))
                .hasToString("{\"resource\":\"services\",\"namespace\":\"ns\",\"name\":\"a\"}");
        assertThat(object.uid()).isNotEmpty();
        assertThat(object.text("metadata", "creationTimestamp")).isNotEmpty();

        api.delete(SERVICES + "/a", "");
        assertThat(names(ADDRESSES)).isEmpty();
        assertThat(address(service("b", "clusterIP: " + address))).isEqualTo(address);
    }

    @Test
    void aServiceHeldByAFinalizerKeepsItsAddressUntilItGoes() {
        String address = address(api.post(
                SERVICES,
                "{apiVersion: v1, kind: Service, metadata: {name: a, finalizers: [example.org/hold]},"
                        + " spec: {ports: [{port: 80}]}}"));
        api.delete(SERVICES + "/a", "");
        assertThat(names(ADDRESSES)).containsExactly(address);
        api.mergePatch(SERVICES + "/a", "{metadata: {finalizers: null}}");
        assertThat(names(SERVICES)).isEmpty();
        assertThat(names(ADDRESSES)).isEmpty();
    }

    @Test
    void whoeverAsksAtOnceGetsAnAddressOfItsOwnUntilTheRangeIsFull() {
        List<Optional<ApiException>> failures = IntStream.range(0, 20)
                .parallel()
                .mapToObj(i -> failure("s" + i, ""))
                .toList();
        assertThat(failures.stream().filter(Optional::isEmpty)).hasSize(14);
        assertThat(failures.stream().flatMap(Optional::stream))
                .allSatisfy(failure -> assertThat(failure)
                        .hasMessage("Internal error occurred: failed to allocate a serviceIP: range is full"));
        assertThat(names(ADDRESSES)).hasSize(14).doesNotContain("10.0.0.0", "10.0.0.15");
        assertThat(api.get(SERVICES).getJsonArray("items").stream()
                        .map(item -> address(item.asJsonObject()))
                        .sorted())
                .isEqualTo(names(ADDRESSES).stream().sorted().toList());
    }

    @Test
    void ofManyWhoChooseOneAddressOneGetsIt() {
        long taken = IntStream.range(0, 8)
                .parallel()
                .filter(i -> failure("s" + i, "clusterIP: 10.0.0.9").isEmpty())
                .count();
        assertThat(taken).isEqualTo(1);
        assertThat(refusal("late", "clusterIP: 10.0.0.9"))
                .isEqualTo("Service \"late\" is invalid: spec.clusterIPs: Invalid value: [\"10.0.0.9\"]:"
                        + " failed to allocate IP 10.0.0.9: provided IP is already allocated");
    }

    @Test
    void refusesAddressesOutsideEveryReadyRange() {
        assertThat(refusal("a", "clusterIP: 192.168.0.5"))
                .isEqualTo("Service \"a\" is invalid: spec.clusterIPs: Invalid value: [\"192.168.0.5\"]: failed to"
                        + " allocate IP 192.168.0.5: the provided network does not match the current range");
        assertThat(refusal("a", "clusterIP: 10.0.0.15"))
                .endsWith("failed to allocate IP 10.0.0.15: the provided IP (10.0.0.15) is not in the valid range. The"
                        + " range of valid IPs is 10.0.0.0/28");
    }

    @Test
    void anotherRangeWidensWhatThereIs() {
        IntStream.range(0, 14).forEach(i -> service("s" + i, ""));
        cidr("more", "192.168.0.0/29");
        assertThat(address(service("one-more", ""))).startsWith("192.168.0.");
        assertThat(address(service("chosen", "clusterIP: 192.168.0.6"))).isEqualTo("192.168.0.6");
    }

    @Test
    void takesNothingFromARangeThatIsBeingDeletedOrNotReady() {
        api.post(
                CIDRS,
                "{apiVersion: networking.k8s.io/v1, kind: ServiceCIDR, metadata: {name: old, finalizers: [x.org/hold]},"
                        + " spec: {cidrs: [192.168.0.0/24]}}");
        assertThat(address(service("before", "clusterIP: 192.168.0.5"))).isEqualTo("192.168.0.5");
        api.delete(CIDRS + "/old", "");
        assertThat(refusal("a", "clusterIP: 192.168.0.6")).endsWith("does not match the current range");

        cidr("unready", "192.168.1.0/24");
        JsonObject unready = api.get(CIDRS + "/unready");
        api.put(
                CIDRS + "/unready/status",
                "{apiVersion: networking.k8s.io/v1, kind: ServiceCIDR, metadata: {name: unready}, spec: "
                        + unready.get("spec") + ", status: {conditions: [{type: Ready, status: 'False', reason: x,"
                        + " message: y, lastTransitionTime: '2026-01-01T00:00:00Z'}]}}");
        assertThat(refusal("a", "clusterIP: 192.168.1.6")).endsWith("does not match the current range");
    }

    @Test
    void aServiceThatBecomesAnExternalNameGivesItsAddressBack() {
        String address = address(service("a", ""));
        api.mergePatch(SERVICES + "/a", "{spec: {type: ExternalName, externalName: example.org}}");
        assertThat(names(ADDRESSES)).isEmpty();
        assertThat(new ObjectView(api.get(SERVICES + "/a")).text("spec", "clusterIP"))
                .isEmpty();
        String again = address(api.mergePatch(SERVICES + "/a", "{spec: {type: ClusterIP, externalName: null}}"));
        assertThat(names(ADDRESSES)).containsExactly(again);
        assertThat(address).startsWith("10.0.0.");
    }

    @Test
    void headlessServicesHaveNoObjectAndDryRunLeavesNone() {
        assertThat(new ObjectView(service("a", "clusterIP: None")).strings("spec", "ipFamilies"))
                .containsExactly("IPv4", "IPv6");
        assertThat(new ObjectView(service("s", "clusterIP: None, selector: {a: b}")).text("spec", "ipFamilyPolicy"))
                .isEqualTo("SingleStack");
        api.call("POST", SERVICES + "?dryRun=All", body("b", ""));
        assertThat(names(ADDRESSES)).isEmpty();
    }

    @Test
    void aFailedWriteLeavesNoAddressBehind() {
        service("a", "");
        assertThat(refusal("a", "")).isEqualTo("services \"a\" already exists");
        assertThat(refusal("b", "sessionAffinity: Never")).contains("Unsupported value");
        assertThat(names(ADDRESSES)).hasSize(1);
    }

    @Test
    void refusesWhatNeedsASecondAddressFamily() {
        assertThat(refusal("a", "ipFamilyPolicy: RequireDualStack"))
                .isEqualTo("Service \"a\" is invalid: spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": this"
                        + " cluster is not configured for dual-stack services");
        assertThat(refusal("a", "ipFamilies: [IPv6]"))
                .isEqualTo("Service \"a\" is invalid: spec.ipFamilies[0]: Invalid value: \"IPv6\": not configured on"
                        + " this cluster");
        assertThat(refusal("a", "ipFamilies: [IPv4, IPv6]"))
                .contains("must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified");
        assertThat(refusal("a", "clusterIP: '2001:db8::5'"))
                .contains("may not use IPv6 on a cluster which is not configured for it");
        assertThat(names(ADDRESSES)).isEmpty();
        assertThat(new ObjectView(service("a", "ipFamilyPolicy: PreferDualStack")).strings("spec", "ipFamilies"))
                .containsExactly("IPv4");
    }

    @Test
    void aNodePortIsFreeAgainAsSoonAsItsServiceIsGone() {
        service("a", "type: NodePort, ports: [{port: 80, nodePort: 30005}]");
        assertThat(refusal("b", "type: NodePort, ports: [{port: 80, nodePort: 30005}]"))
                .contains("provided port is already allocated");
        api.delete(SERVICES + "/a", "");
        service("a", "type: NodePort, ports: [{port: 80, nodePort: 30005}]");
    }

    private void cidr(String name, String range) {
        api.post(
                CIDRS,
                "{apiVersion: networking.k8s.io/v1, kind: ServiceCIDR, metadata: {name: " + name + "}, spec: {cidrs: ["
                        + range + "]}}");
    }

    private static String body(String name, String spec) {
        String ports = spec.contains("ports:") ? "" : (spec.isEmpty() ? "" : ", ") + "ports: [{port: 80}]";
        return "{apiVersion: v1, kind: Service, metadata: {name: " + name + "}, spec: {" + spec + ports + "}}";
    }

    private JsonObject service(String name, String spec) {
        return api.post(SERVICES, body(name, spec));
    }

    private Optional<ApiException> failure(String name, String spec) {
        return Optional.ofNullable(catchThrowableOfType(ApiException.class, () -> service(name, spec)));
    }

    private String refusal(String name, String spec) {
        return failure(name, spec).orElseThrow().getMessage();
    }

    private static String address(JsonObject service) {
        return new ObjectView(service).text("spec", "clusterIP");
    }

    private List<String> names(String url) {
        return ApiInMemory.names(api.get(url));
    }
}
