package io.coxswain.kinds.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.kinds.Trees;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.ObjectView;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodStatusRulesTest {
    private static final String STATE =
            "status.%s[0].state: Forbidden: may not be transitioned to non-terminated state";

    private static List<String> refused(String spec, String old, String now) {
        String start = "{metadata: {name: a}, spec: {" + spec + "}, status: {";
        return new PodKind()
                        .validateStatusUpdate(
                                new ObjectView(Trees.yaml(start + now + "}}")),
                                new ObjectView(Trees.yaml(start + old + "}}")))
                        .stream()
                        .map(FieldError::toString)
                        .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "Always,    containerStatuses,          0, true",
        "Always,    initContainerStatuses,      0, true",
        "Always,    ephemeralContainerStatuses, 0, false",
        "OnFailure, containerStatuses,          0, false",
        "OnFailure, containerStatuses,          1, true",
        "OnFailure, initContainerStatuses,      0, false",
        "OnFailure, initContainerStatuses,      3, true",
        "OnFailure, ephemeralContainerStatuses, 1, false",
        "Never,     containerStatuses,          0, false",
        "Never,     containerStatuses,          1, false",
        "Never,     initContainerStatuses,      1, false",
    })
    void whatHasEndedStaysSo(String policy, String list, int exitCode, boolean allowed) {
        List<String> faults = refused(
                "restartPolicy: " + policy,
                list + ": [{name: c, state: {terminated: {exitCode: " + exitCode + "}}}]",
                list + ": [{name: c, state: {running: {}}}]");
        assertThat(faults).isEqualTo(allowed ? List.of() : List.of(STATE.formatted(list)));
    }

    @Test
    void whatRunsMayEndAndASidecarMayStartAgain() {
        assertThat(refused(
                        "restartPolicy: Never",
                        "containerStatuses: [{name: c, state: {running: {}}}, {name: d, state: {terminated: {exitCode: 1}}}]",
                        "containerStatuses: [{name: c, state: {terminated: {exitCode: 1}}}, {name: d, state: {terminated:"
                                + " {exitCode: 1}}}]"))
                .isEmpty();
        assertThat(refused(
                        "restartPolicy: Never, initContainers: [{name: s, restartPolicy: Always}]",
                        "initContainerStatuses: [{name: s, state: {terminated: {exitCode: 1}}}]",
                        "initContainerStatuses: [{name: s, state: {waiting: {}}}]"))
                .isEmpty();
    }

    @Test
    void theQualityOfServiceStays() {
        assertThat(refused("", "qosClass: Burstable", "qosClass: Guaranteed"))
                .containsExactly("status.qosClass: Invalid value: \"Guaranteed\": field is immutable");
        assertThat(refused("", "phase: Pending", "qosClass: Guaranteed")).isEmpty();
    }

    @Test
    void aNominatedNodeHasANodesName() {
        assertThat(refused("", "", "nominatedNodeName: Not_A_Node"))
                .singleElement()
                .asString()
                .startsWith("status.nominatedNodeName: Invalid value: \"Not_A_Node\": a lowercase RFC 1123 subdomain");
        assertThat(refused("", "nominatedNodeName: Not_A_Node", "nominatedNodeName: Not_A_Node"))
                .isEmpty();
    }

    @Test
    void addressesAreOneOfEachFamily() {
        assertThat(refused("", "", "podIPs: [{ip: 10.0.0.1}, {ip: 'fd00::1'}], hostIPs: [{ip: 10.0.0.2}]"))
                .isEmpty();
        assertThat(refused("", "", "podIPs: [{ip: 10.0.0.1}, {ip: 10.0.0.2}]"))
                .singleElement()
                .asString()
                .startsWith("status.podIPs: Invalid value: ")
                .endsWith("may specify no more than one IP for each IP family");
        assertThat(refused("", "", "hostIPs: [{ip: 10.0.0.300}]"))
                .singleElement()
                .asString()
                .startsWith("status.hostIPs[0]: Invalid value: \"10.0.0.300\": must be a valid IP address");
    }

    @Test
    void claimsAreThoseOfTheSpec() {
        String spec = "resourceClaims: [{name: gpu}]";
        assertThat(refused(spec, "", "resourceClaimStatuses: [{name: gpu, resourceClaimName: a-gpu-x}]"))
                .isEmpty();
        assertThat(refused(spec, "", "resourceClaimStatuses: [{name: gpu}, {name: gpu}, {name: other}]"))
                .containsExactly(
                        "status.resourceClaimStatuses[1].name: Duplicate value: \"gpu\"",
                        "status.resourceClaimStatuses[2].name: Invalid value: \"other\": must match the name of an entry in"
                                + " `spec.resourceClaims`");
    }
}
