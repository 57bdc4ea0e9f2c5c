package io.coxswain.it;

import static io.coxswain.it.ServedResource.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.coxswain.it.ApiConnection.Answer;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.interfaces.ECPrivateKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who a caller is by what it shows, and what it may do; and a quota that many callers at once cannot overrun. */
@ExtendWith(ArquillianExtension.class)
class IdentityIT {
    private static final String NAMESPACE = "identity";
    private static final String PODS = "/api/v1/namespaces/" + NAMESPACE + "/pods";
    private static final String WHO = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    private static final String WHO_AM_I =
            "{\"kind\":\"SelfSubjectReview\",\"apiVersion\":\"authentication.k8s.io/v1\"}";
    private static final Duration SOON = Duration.ofSeconds(20);

    private final ApiConnection admin = ApiConnection.admin();

    @BeforeAll
    static void namespace() {
        create(
                "/api/v1/namespaces",
                "{\"kind\":\"Namespace\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"identity\"}}");
        await("the service account")
                .atMost(SOON)
                .until(() -> ApiConnection.admin()
                                .get("/api/v1/namespaces/identity/serviceaccounts/default")
                                .status()
                        == 200);
    }

    @Test
    void anAdministratorByCertificate() {
        JsonObject who = admin.post(WHO, WHO_AM_I).json();
        assertThat(text(who, "status", "userInfo", "username")).isEqualTo("kubernetes-admin");
        assertThat(text(who, "status", "userInfo", "groups")).contains("system:authenticated");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/healthz", "/livez", "/readyz", "/version"})
    void strangersSeeHealthAndVersion(String path) {
        assertThat(ApiConnection.anonymous().get(path).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api", "/apis", "/api/v1", "/openapi/v2", "/openapi/v3", "/livez/ping"})
    void strangersSeeNothingElse(String path) {
        Answer answer = ApiConnection.anonymous().get(path);
        assertThat(refused(403, "Forbidden", answer))
                .isEqualTo("forbidden: User \"system:anonymous\" cannot get path \"" + path + "\"");
    }

    @Test
    void strangersSeeNoObjectsAndChangeNone() {
        ApiConnection anonymous = ApiConnection.anonymous();
        assertThat(refused(403, "Forbidden", anonymous.get(PODS)))
                .isEqualTo(
                        "pods is forbidden: User \"system:anonymous\" cannot list resource \"pods\" in API group \"\""
                                + " in the namespace \"identity\"");
        assertThat(refused(403, "Forbidden", anonymous.delete("/api/v1/namespaces/identity")))
                .startsWith("namespaces \"identity\" is forbidden: User \"system:anonymous\" cannot delete resource");
        refused(403, "Forbidden", anonymous.post(PODS, "{"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.", "a b"})
    void aTokenOfNobody(String token) {
        assertThat(refused(401, "Unauthorized", ApiConnection.withToken(token).get(PODS)))
                .isEqualTo("Unauthorized");
    }

    @Test
    void aServiceAccountsToken() {
        String account = account("reader");
        ApiConnection reader = ApiConnection.withToken(token(account, 3600));
        JsonObject who = reader.post(WHO, WHO_AM_I).json();
        assertThat(text(who, "status", "userInfo", "username")).isEqualTo("system:serviceaccount:identity:reader");
        assertThat(text(who, "status", "userInfo", "groups"))
                .contains("system:serviceaccounts", "system:serviceaccounts:identity", "system:authenticated");
        assertThat(refused(403, "Forbidden", reader.get(PODS)))
                .isEqualTo("pods is forbidden: User \"system:serviceaccount:identity:reader\" cannot list resource"
                        + " \"pods\" in API group \"\" in the namespace \"identity\"");
        String rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/identity";
        create(rbac + "/roles", """
                {"kind":"Role","apiVersion":"rbac.authorization.k8s.io/v1","metadata":{"name":"reader"},
                "rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["list"]}]}""");
        create(rbac + "/rolebindings", """
                {"kind":"RoleBinding","apiVersion":"rbac.authorization.k8s.io/v1","metadata":{"name":"reader"},
                "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"reader"},
                "subjects":[{"kind":"ServiceAccount","name":"reader","namespace":"identity"}]}""");
        await("the role is in force").atMost(SOON).until(() -> reader.get(PODS).status() == 200);
        refused(403, "Forbidden", reader.get("/api/v1/namespaces/default/pods"));
        refused(403, "Forbidden", reader.get("/api/v1/namespaces/identity/secrets"));
        refused(
                403,
                "Forbidden",
                reader.with(Map.of("Impersonate-User", "admin")).get(PODS));

        assertThat(admin.delete(account).status()).isEqualTo(200);
        await("the token ends with its account")
                .atMost(SOON)
                .untilAsserted(() -> refused(401, "Unauthorized", reader.get(PODS)));
    }

    @Test
    void tokensThatAreNotValidAnyMore() throws Exception {
        SignedJWT good = SignedJWT.parse(token(account("past"), 3600));
        Date hourAgo = Date.from(Instant.now().minusSeconds(3600));
        JWTClaimsSet.Builder expired = new JWTClaimsSet.Builder(good.getJWTClaimsSet())
                .issueTime(hourAgo)
                .notBeforeTime(hourAgo)
                .expirationTime(Date.from(Instant.now().minusSeconds(600)));
        refused(
                401,
                "Unauthorized",
                ApiConnection.withToken(sign(good, expired.build(), ownKey())).get(PODS));
        // The same way of signing gives a token that counts: it is the time that was wrong.
        assertThat(ApiConnection.withToken(sign(good, good.getJWTClaimsSet(), ownKey()))
                        .post(WHO, WHO_AM_I)
                        .status())
                .isEqualTo(201);
        ECPrivateKey other = (ECPrivateKey) ecKeys().getPrivate();
        refused(
                401,
                "Unauthorized",
                ApiConnection.withToken(sign(good, good.getJWTClaimsSet(), other))
                        .get(PODS));
        JWTClaimsSet elsewhere = new JWTClaimsSet.Builder(good.getJWTClaimsSet())
                .audience("vault")
                .build();
        refused(
                401,
                "Unauthorized",
                ApiConnection.withToken(sign(good, elsewhere, ownKey())).get(PODS));
    }

    @Test
    void aCertificateOfAnotherAuthority() throws Exception {
        KeyPair pair = ecKeys();
        X500Principal name = new X500Principal("CN=kubernetes-admin, O=system:masters");
        Instant now = Instant.now();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("client", pair.getPrivate(), "changeit".toCharArray(), new java.security.cert.Certificate[] {
            new JcaX509CertificateConverter()
                    .getCertificate(new JcaX509v3CertificateBuilder(
                                    name,
                                    BigInteger.ONE,
                                    Date.from(now.minusSeconds(60)),
                                    Date.from(now.plusSeconds(3600)),
                                    name,
                                    pair.getPublic())
                            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())))
        });
        // Some clients do not even send it, since the server names its authority; the others are refused by TLS or by
        // us.
        try {
            assertThat(ApiConnection.withKeys(keys).get(PODS).status()).isIn(401, 403);
        } catch (UncheckedIOException handshake) {
            assertThat(handshake).hasRootCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void aUserOfTheServersRegistry() {
        assertThat(text(
                        basic(TestServer.USER, TestServer.PASSWORD)
                                .post(WHO, WHO_AM_I)
                                .json(),
                        "status",
                        "userInfo",
                        "username"))
                .isEqualTo(TestServer.USER);
        assertThat(basic(TestServer.USER, TestServer.PASSWORD)
                        .get("/api/v1/secrets")
                        .status())
                .as("the first user is bound to cluster-admin")
                .isEqualTo(200);
        refused(401, "Unauthorized", basic(TestServer.USER, "wrong").get(PODS));
        refused(401, "Unauthorized", basic("nobody", TestServer.PASSWORD).get(PODS));
        refused(
                401,
                "Unauthorized",
                basic(TestServer.USER, "${coxswain.console.password}").get(PODS));
        refused(
                401,
                "Unauthorized",
                ApiConnection.withAuthorization("Basic !!!").get(PODS));
    }

    @Test
    void impersonation() {
        ApiConnection jane = admin.with(Map.of("Impersonate-User", "jane", "Impersonate-Group", "team-a"));
        JsonObject who = jane.post(WHO, WHO_AM_I).json();
        assertThat(text(who, "status", "userInfo", "username")).isEqualTo("jane");
        assertThat(text(who, "status", "userInfo", "groups")).contains("team-a", "system:authenticated");
        refused(403, "Forbidden", jane.get(PODS));
    }

    @Test
    void aQuotaIsExactForEightWritersAtOnce() throws Exception {
        create("/api/v1/namespaces/identity/resourcequotas", """
                {"kind":"ResourceQuota","apiVersion":"v1","metadata":{"name":"few"},"spec":{"hard":{"pods":"5"}}}""");
        await("the quota is counted")
                .atMost(SOON)
                .until(() -> text(quota(), "status", "used", "pods").equals("0"));
        ExecutorService writers = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Answer>> creations = IntStream.range(0, 40)
                    .<Callable<Answer>>mapToObj(i -> () -> admin.post(PODS, """
                            {"kind":"Pod","apiVersion":"v1","metadata":{"name":"burst-%d"},
                            "spec":{"containers":[{"name":"c","image":"appl-x:1.18"}]}}""".formatted(i)))
                    .toList();
            int created = 0;
            for (Future<Answer> creation : writers.invokeAll(creations)) {
                Answer answer = creation.get();
                if (answer.status() == 201) {
                    created++;
                } else {
                    assertThat(refused(403, "Forbidden", answer))
                            .endsWith("exceeded quota: few, requested: pods=1, used: pods=5, limited: pods=5");
                }
            }
            assertThat(created).isEqualTo(5);
            assertThat(admin.get(PODS).json().getJsonArray("items")).hasSize(5);
            assertThat(text(quota(), "status", "used", "pods")).isEqualTo("5");
        } finally {
            writers.shutdownNow();
            admin.delete(PODS);
        }
    }

    private JsonObject quota() {
        return admin.get("/api/v1/namespaces/identity/resourcequotas/few").json();
    }

    private static ApiConnection basic(String user, String password) {
        return ApiConnection.withAuthorization("Basic "
                + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
    }

    /** The path of a new account. */
    private static String account(String name) {
        String accounts = "/api/v1/namespaces/identity/serviceaccounts";
        create(
                accounts,
                "{\"kind\":\"ServiceAccount\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"" + name + "\"}}");
        return accounts + "/" + name;
    }

    private static String token(String account, int seconds) {
        JsonObject request = create(
                account + "/token",
                "{\"kind\":\"TokenRequest\",\"apiVersion\":\"authentication.k8s.io/v1\",\"spec\":{\"expirationSeconds\":"
                        + seconds + "}}");
        return text(request, "status", "token");
    }

    private static JsonObject create(String path, String json) {
        Answer answer = ApiConnection.admin().post(path, json);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        return answer.json();
    }

    private static String sign(SignedJWT like, JWTClaimsSet claims, ECPrivateKey key)
            throws JOSEException, ParseException {
        SignedJWT token = new SignedJWT(like.getHeader(), claims);
        token.sign(new ECDSASigner(key));
        return token.serialize();
    }

    /** The key that this server signs tokens with. */
    private static ECPrivateKey ownKey() throws IOException {
        String pem = Files.readString(TestServer.get().data().resolve("pki/sa.key"));
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            Object key = parser.readObject();
            return (ECPrivateKey) new JcaPEMKeyConverter()
                    .getPrivateKey(key instanceof PEMKeyPair pair ? pair.getPrivateKeyInfo() : (PrivateKeyInfo) key);
        }
    }

    private static KeyPair ecKeys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private static String refused(int code, String reason, Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(code);
        assertThat(text(answer.json(), "reason")).isEqualTo(reason);
        return text(answer.json(), "message");
    }
}
