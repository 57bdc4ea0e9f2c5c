package io.coxswain.kinds.networking;

import static io.coxswain.kinds.KindAssert.assertThatKind;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkingKindsTest {
    private static final String RULE = "{metadata: {name: a}, spec: {rules: [{host: x.io, http: {paths: [%s]}}]}}";

    @Test
    void anIngressLeadsSomewhere() {
        assertThatKind(new IngressKind())
                .valid(RULE.formatted("{path: /, pathType: Prefix, backend: {service: {name: s, port: {number: 80}}}}"))
                .faults(
                        "{metadata: {name: a}, spec: {}}",
                        "spec: Invalid value: []: either `defaultBackend` or `rules` must be specified")
                .faults(
                        RULE.formatted("{path: a, pathType: Exact, backend: {service: {name: s, port: {}}}}"),
                        "spec.rules[0].http.paths[0].path: Invalid value: \"a\": must be an absolute path",
                        "spec.rules[0].http.paths[0].backend: Required value: port name or number is required")
                .faults(
                        RULE.formatted("{path: /, backend: {}}"),
                        "spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified",
                        "spec.rules[0].http.paths[0].backend: Required value: must specify a service or resource backend")
                .row(
                        "{metadata: {name: a}, spec: {ingressClassName: c, tls: [{}], rules: [{host: x.io}, {host: y.io}]},"
                                + " status: {loadBalancer: {ingress: [{ip: 1.2.3.4}]}}}",
                        "a | c | x.io,y.io | 1.2.3.4 | 80, 443 | <unknown>");
    }

    @Test
    void policiesSayWhichDirectionsTheyGovern() {
        assertThatKind(new NetworkPolicyKind())
                .defaults(
                        "spec: {egress: [{ports: [{port: 53}]}]}",
                        "spec: {egress: [{ports: [{port: 53, protocol: TCP}]}], podSelector: {},"
                                + " policyTypes: [Ingress, Egress]}")
                .defaults("spec: {podSelector: {}}", "spec: {podSelector: {}, policyTypes: [Ingress]}")
                .faults(
                        "{metadata: {name: a}, spec: {ingress: [{from: [{}, {ipBlock: {cidr: 10.0.0.0/8, except:"
                                + " [10.0.0.0/8, 10.1.0.0/16, 11.0.0.0/16]}}]}]}}",
                        "spec.ingress[0].from[0]: Required value: must specify a peer",
                        "spec.ingress[0].from[1].ipBlock.except[0]: Invalid value: \"10.0.0.0/8\": must be a strict"
                                + " subset of `cidr`",
                        "spec.ingress[0].from[1].ipBlock.except[2]: Invalid value: \"11.0.0.0/16\": must be a strict"
                                + " subset of `cidr`")
                .faults(
                        "{metadata: {name: a}, spec: {ingress: [{ports: [{port: 80, endPort: 70}, {port: web, endPort: 9}]}]}}",
                        "spec.ingress[0].ports[0].endPort: Invalid value: 70: must be greater than or equal to `port`",
                        "spec.ingress[0].ports[1].endPort: Forbidden: may not be specified when `port` is non-numeric");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "2001:db8::1", "::1", "fd00:0:0:1::", "2001:db8::1:0:0:1"})
    void anAddressIsItsObjectsName(String address) {
        assertThat(new IpAddressKind().validateName(address, false)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0", "2001:DB8::1", "2001:db8:0:0:0:0:0:1", "sample", "::0001"})
    void otherwiseItIsRefused(String address) {
        assertThat(new IpAddressKind().validateName(address, false)).hasSize(1);
    }

    @Test
    void serviceRangesAreOnePerFamilyAndFixed() {
        assertThatKind(new ServiceCidrKind())
                .valid("{metadata: {name: a}, spec: {cidrs: [10.0.0.0/24, 'fd00::/108']}}")
                .faults(
                        "{metadata: {name: a}, spec: {cidrs: [10.0.0.1/24]}}",
                        "spec.cidrs[0]: Invalid value: \"10.0.0.1/24\": must not have bits set beyond the prefix length")
                .updateFaults(
                        "spec: {cidrs: [10.0.0.0/24]}",
                        "spec: {cidrs: [10.1.0.0/24]}",
                        "spec.cidrs: Invalid value: [\"10.1.0.0/24\"]: field is immutable");
    }
}
