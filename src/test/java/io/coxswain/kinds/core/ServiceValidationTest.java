package io.coxswain.kinds.core;

import static io.coxswain.kinds.KindAssert.assertThatKind;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.kinds.Trees;
import jakarta.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceValidationTest {
    private final ServiceKind kind = new ServiceKind();

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{ports: [{port: 80, targetPort: http, name: a}, {port: 80, protocol: UDP, name: b}]}",
                "{clusterIP: None}",
                "{type: ExternalName, externalName: example.com.}",
                "{type: NodePort, ports: [{port: 80, nodePort: 30080}]}",
                "{type: LoadBalancer, externalTrafficPolicy: Local, ports: [{port: 80}], healthCheckNodePort: 30081}",
                "{clusterIP: 10.96.0.9, clusterIPs: [10.96.0.9], ports: [{port: 80}]}",
            })
    void theseAreValid(String spec) {
        assertThatKind(kind).valid("{metadata: {name: web}, spec: " + spec + "}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{};spec.ports: Required value",
                "{ports: [{port: 0, targetPort: 1}]};spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
                "{ports: [{port: 80, name: a}, {port: 81}]};spec.ports[1].name: Required value",
                "{ports: [{port: 80, name: a}, {port: 81, name: a}]};spec.ports[1].name: Duplicate value: \"a\"",
                "{ports: [{port: 80, name: a}, {port: 80, name: b}]};spec.ports[1]: Duplicate value:"
                        + " {\"port\":80,\"protocol\":\"TCP\"}",
                "{ports: [{port: 80, protocol: X}]};spec.ports[0].protocol: Unsupported value: \"X\": supported values:"
                        + " \"SCTP\", \"TCP\", \"UDP\"",
                "{ports: [{port: 80, nodePort: 30000}]};spec.ports[0].nodePort: Forbidden: may not be used when `type` is"
                        + " 'ClusterIP'",
                "{ports: [{port: 80, targetPort: 99999}]};spec.ports[0].targetPort: Invalid value: 99999: must be between 1"
                        + " and 65535, inclusive",
                "{type: Odd, ports: [{port: 80}]};spec.type: Unsupported value: \"Odd\": supported values: \"ClusterIP\","
                        + " \"ExternalName\", \"LoadBalancer\", \"NodePort\"",
                "{type: ExternalName};spec.externalName: Required value",
                "{type: NodePort, clusterIP: None, ports: [{port: 80}]};spec.clusterIPs[0]: Invalid value: \"None\": may not"
                        + " be set to 'None' for NodePort services",
                "{type: NodePort, ports: [{port: 80, name: a, nodePort: 30000}, {port: 81, name: b, nodePort: 30000}]};"
                        + "spec.ports[1].nodePort: Duplicate value: 30000",
                "{clusterIP: 10.96.0.300, ports: [{port: 80}]};spec.clusterIPs[0]: Invalid value: \"10.96.0.300\": must be a"
                        + " valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
                "{sessionAffinity: X, ports: [{port: 80}]};spec.sessionAffinity: Unsupported value: \"X\": supported values:"
                        + " \"ClientIP\", \"None\"",
                "{sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 90000}}, ports: [{port:"
                        + " 80}]};spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 90000: must be greater"
                        + " than 0 and less than 86400",
                "{externalTrafficPolicy: Local, ports: [{port: 80}]};spec.externalTrafficPolicy: Invalid value: \"Local\":"
                        + " may only be set for externally-accessible services",
                "{externalIPs: [127.0.0.1], ports: [{port: 80}]};spec.externalIPs[0]: Invalid value: \"127.0.0.1\": may not"
                        + " be in the loopback range (127.0.0.0/8, ::1/128)",
                "{loadBalancerSourceRanges: [10.0.0.0/8], ports: [{port: 80}]};spec.loadBalancerSourceRanges: Forbidden: may"
                        + " only be used when `type` is 'LoadBalancer'",
            })
    void theseAreNot(String spec, String fault) {
        assertThatKind(kind).faults("{metadata: {name: web}, spec: " + spec + "}", fault);
    }

    private static final String NODE_PORT = """
            spec:
              type: NodePort
              clusterIP: 10.96.0.5
              clusterIPs: [10.96.0.5]
              ports: [{port: 80, nodePort: 30080, name: a}, {port: 81, nodePort: 30081, name: b}]
            """;

    private JsonObject updated(String before, String after) {
        JsonObject old = kind.defaults(Trees.yaml(before));
        return kind.prepareForUpdate(kind.defaults(Trees.yaml(after)), old);
    }

    @Test
    void whatTheServerGaveOutIsKept() {
        assertThat(updated(NODE_PORT, "spec: {type: NodePort, ports: [{port: 80, name: a}, {port: 82, name: c}]}"))
                .isEqualTo(kind.defaults(Trees.yaml("""
                                        spec:
                                          type: NodePort
                                          clusterIP: 10.96.0.5
                                          clusterIPs: [10.96.0.5]
                                          ports: [{port: 80, nodePort: 30080, name: a}, {port: 82, name: c}]
                                        """)));
    }

    @Test
    void whatTheNewTypeHasNotIsDropped() {
        assertThat(updated(NODE_PORT, NODE_PORT.replace("NodePort", "ClusterIP"))
                        .getJsonObject("spec"))
                .isEqualTo(kind.defaults(Trees.yaml("""
                                                spec:
                                                  type: ClusterIP
                                                  clusterIP: 10.96.0.5
                                                  clusterIPs: [10.96.0.5]
                                                  ports: [{port: 80, name: a}, {port: 81, name: b}]
                                                """)).getJsonObject("spec"));
        assertThat(updated(
                                NODE_PORT,
                                NODE_PORT.replace("type: NodePort", "type: ExternalName\n  externalName: x.example"))
                        .getJsonObject("spec"))
                .doesNotContainKeys("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy");
    }

    @Test
    void theAddressDoesNotChange() {
        assertThatKind(kind)
                .updateFaults(NODE_PORT, NODE_PORT)
                .updateFaults(
                        NODE_PORT,
                        NODE_PORT.replace("clusterIP: 10.96.0.5", "clusterIP: 10.96.0.6"),
                        "spec.clusterIPs[0]: Invalid value: [\"10.96.0.6\"]: may not change once set");
    }
}
