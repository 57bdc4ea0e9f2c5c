package io.coxswain.it.conformance;

import static io.coxswain.it.ServedResource.text;
import static io.coxswain.it.conformance.Requests.api;
import static io.coxswain.it.conformance.Requests.create;
import static io.coxswain.it.conformance.Requests.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.coxswain.it.ApiConnection;
import io.coxswain.it.ApiConnection.Answer;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways to a certificate: a person asks and another approves; a machine has nothing but a bootstrap token. */
class CertificatesIT extends ConformanceSuite {
    private static final String REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
    private static final String SECRETS = "/api/v1/namespaces/kube-system/secrets";
    private static final String WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    private static final String BINDINGS = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";

    @TempDir
    Path directory;

    @Test
    void aPersonWorksWithKubectlByACertificateThatWasApproved() throws Exception {
        Kubectl kubectl = Kubectl.in(directory);
        KeyPair keys = newKeys();
        kubectl.file(
                "ann.key", pem(new PemObject("PRIVATE KEY", keys.getPrivate().getEncoded())));
        kubectl.file("csr.yaml", """
                apiVersion: certificates.k8s.io/v1
                kind: CertificateSigningRequest
                metadata: {name: it-ann}
                spec:
                  request: %s
                  signerName: kubernetes.io/kube-apiserver-client
                  expirationSeconds: 3600
                  usages: [client auth]
                """.formatted(request(keys, "O=readers,CN=ann")));
        afterwards(REQUESTS + "/it-ann");
        assertThat(kubectl.run("kubectl create -f $DIR/csr.yaml 2>&1")).doesNotContain("Warning");
        assertThat(kubectl.run("kubectl get csr it-ann")).contains("Pending");
        kubectl.run("kubectl certificate approve it-ann");
        X509Certificate certificate = issued("it-ann");
        assertThat(certificate.getNotAfter().toInstant())
                .isBetween(Instant.now().plusSeconds(3000), Instant.now().plusSeconds(3601));
        assertThat(kubectl.run("kubectl get csr it-ann")).contains("Approved,Issued");

        kubectl.run("kubectl get csr it-ann -o jsonpath='{.status.certificate}' | base64 -d > $DIR/ann.crt"
                + " && kubectl config set-credentials ann --client-certificate=$DIR/ann.crt --client-key=$DIR/ann.key"
                + " --embed-certs=true"
                + " && kubectl config set-context ann --user=ann --cluster=$(kubectl config view -o"
                + " jsonpath='{.clusters[0].name}')");
        assertThat(kubectl.run("kubectl --context=ann auth whoami")).contains("ann", "readers");
        assertThat(kubectl.attempt("kubectl --context=ann get pods -A").output())
                .doesNotContain("NAME");
    }

    @Test
    void whatIsDeniedOrBadIsNotSigned() throws Exception {
        Kubectl kubectl = Kubectl.in(directory);
        String denied = ask(api(), "it-denied", request(newKeys(), "CN=eve"), "kube-apiserver-client", "client auth");
        kubectl.run("kubectl certificate deny it-denied");
        String bad = ask(api(), "it-bad", request(newKeys(), "CN=eve"), "kube-apiserver-client", "server auth");
        kubectl.run("kubectl certificate approve it-bad");
        await("it failed")
                .atMost(Requests.SOON)
                .until(() -> read(bad).toString().contains("SignerValidationFailure"));
        assertThat(read(bad).toString()).contains("invalid usage for client certificate: server auth");
        assertThat(read(bad).getJsonObject("status").containsKey("certificate")).isFalse();
        assertThat(read(denied).getJsonObject("status").containsKey("certificate"))
                .isFalse();
    }

    @Test
    void aMachineBecomesANodeByABootstrapToken() throws Exception {
        token("aaaaaa", "bbbbbbbbbbbbbbbb", "");
        bind("it-bootstrap-ask", "system:node-bootstrapper");
        bind("it-bootstrap-approve", "system:certificates.k8s.io:certificatesigningrequests:nodeclient");
        ApiConnection machine = ApiConnection.withToken("aaaaaa.bbbbbbbbbbbbbbbb");
        assertThat(who(machine))
                .contains("\"system:bootstrap:aaaaaa\"", "\"system:bootstrappers\"", "\"system:authenticated\"");
        assertThat(ApiConnection.withToken("aaaaaa.bbbbbbbbbbbbbbbc")
                        .get("/api")
                        .status())
                .isEqualTo(401);

        KeyPair keys = newKeys();
        ask(
                machine,
                "it-node",
                request(keys, "O=system:nodes,CN=system:node:it-machine"),
                "kube-apiserver-client-kubelet",
                "client auth",
                "digital signature");
        X509Certificate certificate = issued("it-node");
        assertThat(read(REQUESTS + "/it-node").toString())
                .contains("Auto approving kubelet client certificate after SubjectAccessReview.");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("client", keys.getPrivate(), "changeit".toCharArray(), new Certificate[] {certificate});
        assertThat(who(ApiConnection.withKeys(store))).contains("\"system:node:it-machine\"", "\"system:nodes\"");
    }

    @Test
    void aTokenWhoseTimeIsOverIsRemovedAndWorthless() {
        String end = Instant.now()
                .plus(Duration.ofSeconds(3))
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
        String secret = token("cccccc", "dddddddddddddddd", end);
        await("the token is gone")
                .atMost(Requests.SOON)
                .until(() -> api().get(secret).status() == 404);
        assertThat(ApiConnection.withToken("cccccc.dddddddddddddddd")
                        .get("/api")
                        .status())
                .isEqualTo(401);
    }

    private String token(String id, String secret, String expiration) {
        String path = SECRETS + "/bootstrap-token-" + id;
        afterwards(path);
        create(SECRETS, """
                apiVersion: v1
                kind: Secret
                metadata: {name: bootstrap-token-%s}
                type: bootstrap.kubernetes.io/token
                stringData:
                  token-id: %s
                  token-secret: %s
                  usage-bootstrap-authentication: "true"
                  expiration: "%s"
                """.formatted(id, id, secret, expiration));
        return path;
    }

    private void bind(String name, String role) {
        afterwards(BINDINGS + "/" + name);
        create(BINDINGS, """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: %s}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "%s"}
                subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: "system:bootstrappers"}]
                """.formatted(name, role));
    }

    private String ask(ApiConnection user, String name, String request, String signer, String... usages) {
        afterwards(REQUESTS + "/" + name);
        JsonObject object = Json.createObjectBuilder()
                .add("apiVersion", "certificates.k8s.io/v1")
                .add("kind", "CertificateSigningRequest")
                .add("metadata", Json.createObjectBuilder().add("name", name))
                .add(
                        "spec",
                        Json.createObjectBuilder()
                                .add("request", request)
                                .add("signerName", "kubernetes.io/" + signer)
                                .add("usages", Json.createArrayBuilder(java.util.List.of(usages))))
                .build();
        Answer answer = user.post(REQUESTS, object.toString());
        assertThat(answer.status()).as("%s", answer).isEqualTo(201);
        return REQUESTS + "/" + name;
    }

    private static X509Certificate issued(String name) throws GeneralSecurityException {
        String path = REQUESTS + "/" + name;
        await(name + " is issued")
                .atMost(Requests.SOON)
                .until(() -> !text(read(path), "status", "certificate").isEmpty());
        byte[] pem = Base64.getDecoder().decode(text(read(path), "status", "certificate"));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
    }

    private static String who(ApiConnection user) {
        return user.post(WHO, "{\"kind\":\"SelfSubjectReview\",\"apiVersion\":\"authentication.k8s.io/v1\"}")
                .body();
    }

    static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    /** As {@code spec.request} has it. */
    static String request(KeyPair keys, String subject) throws OperatorCreationException, IOException {
        String pem = pem(new JcaPKCS10CertificationRequestBuilder(new X500Name(subject), keys.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
    }

    private static String pem(Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }
}
