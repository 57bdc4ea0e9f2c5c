package io.coxswain.admission.certificates;

import static io.coxswain.admission.AdmissionFixture.by;
import static io.coxswain.admission.AdmissionFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.admission.AdmissionFixture;
import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.authz.Authorizer;
import io.coxswain.apiserver.authz.AuthorizerChain;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.kinds.Trees;
import io.coxswain.meta.GroupVersionResource;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;

class CertificateAdmissionTest {
    private static final GroupVersionResource REQUESTS =
            new GroupVersionResource("certificates.k8s.io", "v1", "certificatesigningrequests");
    private static final UserInfo ANN = UserInfo.of("ann", "dev");

    private final AdmissionFixture fixture = new AdmissionFixture();
    private String right = "";
    private final AuthorizerChain authorizers = new AuthorizerChain(List.of(new Authorizer() {
        @Override
        public int order() {
            return 1;
        }

        @Override
        public Decision authorize(Attributes attributes) {
            var info = attributes.request();
            return right.equals(info.verb() + " " + info.group() + "/" + info.resource() + " " + info.name())
                    ? Decision.allow("")
                    : Decision.NO_OPINION;
        }
    }));

    private static String request(String spec, String status) {
        return "{kind: CertificateSigningRequest, metadata: {name: r}, spec: " + spec + ", status: " + status + "}";
    }

    private AdmissionAttributes change(String subresource, String before, String after) {
        String spec = "{signerName: example.com/web}";
        return by(ANN, subresource, fixture.update(REQUESTS, request(spec, before), request(spec, after)));
    }

    @Test
    void theServerSaysWhoAsks() {
        UserInfo user = new UserInfo("ann", "u-1", List.of("dev", "ops"), Map.of("scopes", List.of("a")));
        AdmissionAttributes asked = by(
                user,
                "",
                fixture.create(
                        REQUESTS,
                        request("{username: root, uid: x, groups: ['system:masters'], extra: {k: [v]}}", "{}")));

        assertThat(new CertificateRequester().handles(asked)).isTrue();
        assertThat(new CertificateRequester().admit(asked).getJsonObject("spec"))
                .isEqualTo(Trees.yaml("{username: ann, uid: u-1, groups: [dev, ops], extra: {scopes: [a]}}"));
        assertThat(new CertificateRequester()
                        .admit(by(UserInfo.of("bob"), "", asked))
                        .getJsonObject("spec"))
                .isEqualTo(Trees.yaml("{username: bob}"));
    }

    @Test
    void approvingNeedsARightOnTheSigner() {
        ApprovalRight plugin = new ApprovalRight(authorizers);
        AdmissionAttributes approval = change("approval", "{}", "{conditions: [{type: Approved, status: 'True'}]}");

        assertThat(plugin.handles(approval)).isTrue();
        assertThat(plugin.handles(by(ANN, "status", approval))).isFalse();
        assertThat(refusal(() -> plugin.validate(approval)))
                .hasMessage("certificatesigningrequests.certificates.k8s.io \"r\" is forbidden: user not permitted to"
                        + " approve requests with signerName \"example.com/web\"");
        right = "approve certificates.k8s.io/signers example.com/web";
        plugin.validate(approval);
        right = "approve certificates.k8s.io/signers example.com/*";
        plugin.validate(approval);
    }

    @Test
    void signingNeedsARightOnTheSigner() {
        SigningRight plugin = new SigningRight(authorizers);
        right = "approve certificates.k8s.io/signers example.com/web";

        assertThat(refusal(() -> plugin.validate(change("status", "{}", "{certificate: YQ==}"))))
                .hasMessageContaining("user not permitted to sign requests with signerName \"example.com/web\"");
        assertThat(refusal(() -> plugin.validate(change("status", "{}", "{conditions: [{type: Failed}]}")))
                        .code())
                .isEqualTo(403);
        plugin.validate(change("status", "{certificate: YQ==}", "{certificate: YQ==}"));
        right = "sign certificates.k8s.io/signers example.com/*";
        plugin.validate(change("status", "{}", "{certificate: YQ==}"));
    }

    @Test
    void nobodyAsksForMasters() throws Exception {
        String why = "use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed";

        assertThat(refusal(
                        () -> subject("kubernetes.io/kube-apiserver-client", pem("CN=ann, O=dev, O=system:masters"))))
                .hasMessage("certificatesigningrequests.certificates.k8s.io \"r\" is forbidden: " + why);
        subject("kubernetes.io/kube-apiserver-client", pem("CN=ann, O=dev"));
        subject("example.com/web", pem("CN=ann, O=system:masters"));
    }

    @Test
    void whatIsNoRequestIsRefusedAndNotAFault() {
        String broken = "-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n";

        for (String text : List.of(broken, "", "nothing")) {
            assertThat(refusal(() -> subject("kubernetes.io/kube-apiserver-client", text)))
                    .hasMessageContaining("failed to parse CSR: ");
        }
    }

    private void subject(String signer, String pem) {
        String base64 = Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
        new SubjectRestriction()
                .validate(fixture.create(
                        REQUESTS, request("{signerName: " + signer + ", request: '" + base64 + "'}", "{}")));
    }

    private static String pem(String subject) {
        try {
            KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
            keys.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = keys.generateKeyPair();
            StringWriter text = new StringWriter();
            try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
                writer.writeObject(
                        new JcaPKCS10CertificationRequestBuilder(new X500Principal(subject), pair.getPublic())
                                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
            }
            return text.toString();
        } catch (GeneralSecurityException | java.io.IOException | org.bouncycastle.operator.OperatorException failed) {
            throw new AssertionError(failed);
        }
    }
}
