package io.coxswain.controller.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignerRulesTest {
    private static final String KUBELET = "O=system:nodes,CN=system:node:a";

    @ParameterizedTest(name = "{0}: {1} with {2} and {3}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "kube-apiserver-client | CN=ann | dns:x | client auth | -",
                "kube-apiserver-client | CN=ann | - | client auth,digital signature,key encipherment | -",
                "kube-apiserver-client | CN=ann | - | digital signature"
                        + " | missing required usage for client certificate: client auth",
                "kube-apiserver-client | CN=ann | - | client auth,server auth"
                        + " | invalid usage for client certificate: server auth",
                "kube-apiserver-client-kubelet | O=system:nodes,CN=system:node:a | - | client auth,digital signature | -",
                "kube-apiserver-client-kubelet | O=system:nodes,CN=system:node:a | -"
                        + " | client auth,digital signature,key encipherment | -",
                "kube-apiserver-client-kubelet | O=system:nodes,CN=system:node:a | - | client auth"
                        + " | usages did not match [client auth digital signature key encipherment]",
                "kube-apiserver-client-kubelet | O=system:masters,CN=system:node:a | - | client auth,digital signature"
                        + " | subject organization is not system:nodes",
                "kube-apiserver-client-kubelet | O=system:nodes,O=system:masters,CN=system:node:a | -"
                        + " | client auth,digital signature | subject organization is not system:nodes",
                "kube-apiserver-client-kubelet | O=system:nodes,CN=ann | - | client auth,digital signature"
                        + " | 'subject common name does not begin with system:node: '",
                "kube-apiserver-client-kubelet | O=system:nodes,CN=system:node:a | dns:a | client auth,digital signature"
                        + " | DNS subjectAltNames are not allowed",
                "kube-apiserver-client-kubelet | O=system:nodes,CN=system:node:a | ip:10.0.0.1"
                        + " | client auth,digital signature | IP subjectAltNames are not allowed",
                "kubelet-serving | O=system:nodes,CN=system:node:a | dns:a | server auth,digital signature | -",
                "kubelet-serving | O=system:nodes,CN=system:node:a | ip:10.0.0.1 | server auth,digital signature | -",
                "kubelet-serving | O=system:nodes,CN=system:node:a | - | server auth,digital signature"
                        + " | DNS or IP subjectAltName is required",
                "kubelet-serving | O=system:nodes,CN=system:node:a | dns:a | client auth,digital signature"
                        + " | usages did not match [digital signature key encipherment server auth]",
                "kubelet-serving | O=system:nodes,CN=system:node:a | mail:a@b | server auth,digital signature"
                        + " | DNS or IP subjectAltName is required",
                "legacy-unknown | CN=anything | dns:x | code signing | -",
            })
    void eachSignerHasItsRules(String signer, String subject, String name, String usages, String refusal)
            throws RequestException {
        CertificateRequest request = CertificateRequest.parse(
                name == null ? Requests.base64(subject) : Requests.base64(subject, name(name)));
        List<String> asked = List.of(usages.split(","));
        if (refusal == null) {
            assertThatCode(() -> SignerRules.check("kubernetes.io/" + signer, request, asked))
                    .doesNotThrowAnyException();
        } else {
            assertThatExceptionOfType(RequestException.class)
                    .isThrownBy(() -> SignerRules.check("kubernetes.io/" + signer, request, asked))
                    .withMessage(refusal);
        }
    }

    private static GeneralName name(String text) {
        String[] sides = text.split(":", 2);
        return new GeneralName(
                switch (sides[0]) {
                    case "dns" -> GeneralName.dNSName;
                    case "ip" -> GeneralName.iPAddress;
                    default -> GeneralName.rfc822Name;
                },
                sides[1]);
    }

    @Test
    void readsWhatIsAskedFor() throws RequestException {
        CertificateRequest request = CertificateRequest.parse(Requests.base64(
                KUBELET,
                new GeneralName(GeneralName.dNSName, "a.example"),
                new GeneralName(GeneralName.iPAddress, "10.0.0.1"),
                new GeneralName(GeneralName.iPAddress, "fd00::1"),
                new GeneralName(GeneralName.rfc822Name, "a@b.example"),
                new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://a/b")));
        assertThat(request.commonName()).isEqualTo("system:node:a");
        assertThat(request.organizations()).containsExactly("system:nodes");
        assertThat(request.dnsNames()).containsExactly("a.example");
        assertThat(request.addresses()).containsExactly("10.0.0.1", "fd00:0:0:0:0:0:0:1");
        assertThat(request.emails()).containsExactly("a@b.example");
        assertThat(request.uris()).containsExactly("spiffe://a/b");
    }

    @Test
    void aRequestThatAnotherKeySignedIsRefused() {
        String forged = Requests.base64(Requests.newKeys(), Requests.newKeys(), KUBELET);
        assertThatExceptionOfType(RequestException.class)
                .isThrownBy(() -> CertificateRequest.parse(forged))
                .withMessageContaining("unable to verify certificate request signature");
    }

    @ParameterizedTest
    @CsvSource({
        "'not base64!'",
        "'-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n'",
        "'-----BEGIN CERTIFICATE REQUEST-----\n-----END CERTIFICATE REQUEST-----\n'",
        "'-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'",
        "''",
    })
    void whatIsNoRequestIsRefused(String text) {
        assertThatExceptionOfType(RequestException.class)
                .isThrownBy(() -> CertificateRequest.parse(
                        Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII))));
        assertThatExceptionOfType(RequestException.class).isThrownBy(() -> CertificateRequest.parse(text));
    }
}
