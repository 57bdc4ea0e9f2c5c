package io.coxswain.bootstrap.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.bootstrap.config.ApiServerConfig;
import io.coxswain.bootstrap.config.ClusterConfig;
import io.coxswain.bootstrap.config.PkiConfig;
import io.coxswain.bootstrap.config.ServerConfig;
import io.coxswain.bootstrap.config.Settings;
import io.coxswain.bootstrap.config.SettingsSource;
import io.coxswain.controller.certificates.CertificateRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterPkiTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path data;

    private Properties properties;

    @BeforeEach
    void settings() {
        properties = new Properties();
        properties.setProperty("coxswain.data-dir", data.toString());
        properties.setProperty("coxswain.api.advertise-address", "172.30.0.1");
    }

    private ClusterPki at(Duration later) {
        Settings settings = Settings.read(SettingsSource.of(properties, Map.of()));
        return new ClusterPki(
                settings.get(ServerConfig.class),
                settings.get(ApiServerConfig.class),
                settings.get(ClusterConfig.class),
                settings.get(PkiConfig.class),
                "host-1",
                Clock.fixed(START.plus(later), ZoneOffset.UTC));
    }

    @Test
    void makesEverythingOnceAndThenLeavesItAlone() throws Exception {
        assertThat(at(Duration.ZERO).ensure())
                .containsExactly(
                        "certificate authority",
                        "trust store",
                        "serving certificate",
                        "ServiceAccount token key",
                        "administrator's kubeconfig");
        assertThat(at(Duration.ofDays(1)).ensure()).isEmpty();
        X509Certificate server = certificate("pki/apiserver.crt");
        server.verify(at(Duration.ZERO).authority().getPublicKey());
        assertThat(server.getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .containsExactlyInAnyOrder(
                        "localhost",
                        "kubernetes",
                        "kubernetes.default",
                        "kubernetes.default.svc",
                        "kubernetes.default.svc.cluster.local",
                        "host-1",
                        "127.0.0.1",
                        "10.96.0.1",
                        "172.30.0.1");
        assertThat(server.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(server.getBasicConstraints()).isEqualTo(-1);
    }

    @Test
    void signsWhatIsAskedForWithItsUsagesAndForItsTime() throws Exception {
        ClusterPki pki = at(Duration.ZERO);
        pki.ensure();
        KeyPair keys = CertificateAuthority.newKeyPair();
        CertificateRequest request = new CertificateRequest(
                new X500Name("O=system:nodes,CN=system:node:a"),
                keys.getPublic(),
                List.of("a.example"),
                List.of("10.0.0.1"),
                List.of(),
                List.of("spiffe://a/b"));
        X509Certificate signed =
                Pem.certificate(pki.sign(request, List.of("digital signature", "server auth"), Duration.ofHours(1)));
        signed.verify(pki.authority().getPublicKey());
        assertThat(signed.getPublicKey()).isEqualTo(keys.getPublic());
        assertThat(signed.getSubjectX500Principal().getName()).isEqualTo("CN=system:node:a,O=system:nodes");
        assertThat(signed.getKeyUsage()).startsWith(true, false, false, false, false, false);
        assertThat(signed.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(signed.getBasicConstraints()).isEqualTo(-1);
        assertThat(signed.getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .containsExactlyInAnyOrder("a.example", "10.0.0.1", "spiffe://a/b");
        assertThat(signed.getNotAfter().toInstant()).isEqualTo(START.plus(Duration.ofHours(1)));

        X509Certificate late =
                Pem.certificate(at(Duration.ofDays(3600)).sign(request, List.of("client auth"), Duration.ofDays(365)));
        assertThat(late.getNotAfter()).isEqualTo(pki.authority().getNotAfter());
        assertThat(late.getKeyUsage()).isNull();
    }

    @Test
    void keepsEveryFileFromOtherUsers() throws IOException {
        Files.createDirectories(data.resolve("nodes/node-1"));
        at(Duration.ZERO).ensure();
        List<Path> made = List.of(
                data.resolve("kubeconfig"),
                data.resolve("nodes/node-1/client.crt"),
                data.resolve("nodes/node-1/client.key"));
        try (Stream<Path> pki = Files.list(data.resolve("pki"))) {
            assertThat(Stream.concat(made.stream(), pki.filter(file -> !file.endsWith(".lock"))))
                    .hasSizeGreaterThan(9)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .as(file.toString())
                            .isEqualTo("rw-------"));
        }
    }

    @Test
    void renewsLeavesBeforeTheyEndButNotTheAuthority() throws Exception {
        Files.createDirectories(data.resolve("nodes/node-1"));
        at(Duration.ZERO).ensure();
        X509Certificate old = certificate("nodes/node-1/client.crt");
        assertThat(at(Duration.ofDays(200)).ensure()).isEmpty();
        assertThat(at(Duration.ofDays(250)).ensure())
                .containsExactly(
                        "serving certificate", "administrator's kubeconfig", "client certificate of node node-1");
        X509Certificate renewed = certificate("nodes/node-1/client.crt");
        assertThat(renewed.getNotAfter()).isAfter(old.getNotAfter());
        assertThat(renewed.getSubjectX500Principal()).isEqualTo(old.getSubjectX500Principal());
    }

    @Test
    void givesNewNodesTheirIdentity() throws Exception {
        ClusterPki pki = at(Duration.ZERO);
        pki.ensure();
        assertThat(pki.ensureNodes()).isEmpty();
        Files.createDirectories(data.resolve("nodes/node-2"));
        Files.createDirectories(data.resolve("nodes/Not A Node"));
        assertThat(pki.ensureNodes()).containsExactly("client certificate of node node-2");
        X509Certificate certificate = certificate("nodes/node-2/client.crt");
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=system:node:node-2,O=system:nodes");
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(Pem.privateKey(Files.readString(data.resolve("nodes/node-2/client.key"))));
        signature.update(new byte[] {1});
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        signature.update(new byte[] {1});
        assertThat(signature.verify(signed)).isTrue();
        assertThat(data.resolve("nodes/Not A Node/client.crt")).doesNotExist();
    }

    @Test
    void makesANewServingCertificateWhenTheAddressChanges() throws Exception {
        at(Duration.ZERO).ensure();
        properties.setProperty("coxswain.api.advertise-address", "172.30.5.1");
        assertThat(at(Duration.ZERO).ensure()).containsExactly("serving certificate");
        assertThat(certificate("pki/apiserver.crt").getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .contains("172.30.5.1")
                .doesNotContain("172.30.0.1");
    }

    @Test
    void writesAKubeconfigForMastersAndAgainWhenThePortChanges() throws Exception {
        at(Duration.ZERO).ensure();
        String first = Files.readString(data.resolve("kubeconfig"));
        assertThat(first).contains("server: https://127.0.0.1:6443");
        var matcher = Pattern.compile("client-certificate-data: (\\S+)").matcher(first);
        assertThat(matcher.find()).isTrue();
        X509Certificate admin =
                Pem.certificate(new String(Base64.getDecoder().decode(matcher.group(1)), StandardCharsets.UTF_8));
        assertThat(admin.getSubjectX500Principal().getName()).isEqualTo("CN=kubernetes-admin,O=system:masters");
        properties.setProperty("coxswain.api.port", "7443");
        assertThat(at(Duration.ZERO).ensure()).containsExactly("administrator's kubeconfig");
        assertThat(data.resolve("kubeconfig")).content().contains("server: https://127.0.0.1:7443");
    }

    /** As k3s and client-go write elliptic-curve keys; fabric8's client takes a heading without an algorithm for RSA. */
    @Test
    void theKubeconfigsKeySaysItsAlgorithm() throws Exception {
        at(Duration.ZERO).ensure();
        String kubeconfig = Files.readString(data.resolve("kubeconfig"));
        String pem = decoded(kubeconfig, "client-key-data");
        assertThat(pem).startsWith("-----BEGIN EC PRIVATE KEY-----\n");
        PublicKey certified =
                Pem.certificate(decoded(kubeconfig, "client-certificate-data")).getPublicKey();
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            KeyPair pair = new JcaPEMKeyConverter().getKeyPair((PEMKeyPair) parser.readObject());
            assertThat(pair.getPublic().getEncoded()).isEqualTo(certified.getEncoded());
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(pair.getPrivate());
            signature.update(new byte[] {1});
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(new byte[] {1});
            assertThat(signature.verify(signed)).isTrue();
        }
    }

    private static String decoded(String kubeconfig, String key) {
        var matcher = Pattern.compile(key + ": (\\S+)").matcher(kubeconfig);
        assertThat(matcher.find()).as(key).isTrue();
        return new String(Base64.getDecoder().decode(matcher.group(1)), StandardCharsets.UTF_8);
    }

    @Test
    void keepsTheTokenKeyForEver() {
        at(Duration.ZERO).ensure();
        KeyPair before = at(Duration.ZERO).tokenKeys();
        at(Duration.ofDays(900)).ensure();
        assertThat(at(Duration.ZERO).tokenKeys().getPublic()).isEqualTo(before.getPublic());
    }

    @Test
    void mendsABrokenKeyStore() throws IOException {
        at(Duration.ZERO).ensure();
        Files.writeString(data.resolve("pki/server.p12"), "garbage");
        Files.delete(data.resolve("pki/trust.p12"));
        assertThat(at(Duration.ZERO).ensure()).containsExactly("trust store", "serving certificate");
    }

    @Test
    void doesNotInventANewAuthorityWhenHalfOfItIsLost() throws IOException {
        at(Duration.ZERO).ensure();
        Files.delete(data.resolve("pki/ca.key"));
        assertThatThrownBy(() -> at(Duration.ZERO).ensure())
                .isInstanceOf(PkiException.class)
                .hasMessageContaining("ca.key")
                .hasMessageContaining("only one exists");
    }

    @Test
    void commandTellsWhatItMadeAndWhatIsWrong() throws IOException {
        Path file = data.resolve("bootstrap.properties");
        Files.writeString(file, "coxswain.data-dir=" + data + "\n");
        assertThat(command(file.toString())).startsWith("0 made: certificate authority");
        assertThat(command(file.toString())).isEqualTo("0 ");
        assertThat(command()).startsWith("1 usage:");
        assertThat(command(data.resolve("missing").toString())).startsWith("1 cannot read");
        Files.writeString(file, "coxswain.nonsense=1\n");
        assertThat(command(file.toString())).contains("1 unknown setting coxswain.nonsense");
    }

    private static String command(String... arguments) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        int status = PkiCommand.run(arguments, Map.of(), out, out);
        return status + " " + bytes.toString(StandardCharsets.UTF_8);
    }

    private X509Certificate certificate(String file) throws Exception {
        return Pem.certificate(Files.readString(data.resolve(file)));
    }
}
