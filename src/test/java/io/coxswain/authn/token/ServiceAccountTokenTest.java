package io.coxswain.authn.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.coxswain.apiserver.authn.Authenticator.Credentials;
import io.coxswain.apiserver.authn.TokenAuthenticator.InvalidTokenException;
import io.coxswain.apiserver.authn.TokenAuthenticator.TokenUser;
import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse.RawResponse;
import io.coxswain.apiserver.request.RequestBody;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.authn.token.BoundObjects.Found;
import io.coxswain.authn.token.BoundObjects.Kind;
import io.coxswain.authn.token.TokenClaims.ObjectId;
import io.coxswain.bootstrap.config.ApiServerConfig;
import io.coxswain.bootstrap.config.Settings;
import io.coxswain.bootstrap.config.SettingsSource;
import io.coxswain.bootstrap.pki.TestAuthority;
import io.coxswain.client.ManualTimers;
import io.coxswain.meta.ApiException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServiceAccountTokenTest {
    private static final KeyPair KEYS = TestAuthority.keyPair();
    private static final ApiServerConfig CONFIG =
            Settings.read(SettingsSource.of(new Properties(), Map.of())).get(ApiServerConfig.class);
    private static final List<String> API = CONFIG.audiences();

    private final ManualTimers time = new ManualTimers();
    private final Map<String, Found> objects = new HashMap<>();
    private int lookups;
    private final TokenCodec codec = new TokenCodec(() -> KEYS);
    private final TokenIssuer issuer = new TokenIssuer(codec, CONFIG, time.clock());
    private final ServiceAccountAuthenticator authenticator = new ServiceAccountAuthenticator(
            codec,
            (kind, namespace, name, uid) -> {
                lookups++;
                return Optional.ofNullable(objects.get(kind + "/" + namespace + "/" + name));
            },
            CONFIG,
            time.clock());

    @BeforeEach
    void objectsThatExist() {
        put(Kind.SERVICE_ACCOUNT, "shop", "web", "sa-1");
        put(Kind.POD, "shop", "web-0", "pod-1");
        put(Kind.NODE, "", "node-1", "node-uid");
    }

    private void put(Kind kind, String namespace, String name, String uid) {
        objects.put(kind + "/" + namespace + "/" + name, new Found(uid, Optional.empty()));
    }

    private String token(Duration lifetime) {
        return issuer.issue(
                        new TokenIssuer.Subject(
                                "shop",
                                new ObjectId("web", "sa-1"),
                                Optional.of(new ObjectId("web-0", "pod-1")),
                                Optional.of(new ObjectId("node-1", "node-uid")),
                                Optional.empty()),
                        API,
                        lifetime)
                .token();
    }

    private TokenUser check(String token) {
        return authenticator.authenticate(token, API).orElseThrow();
    }

    @Test
    void provesTheAccountAndItsPod() {
        UserInfo user = authenticator
                .authenticate(new Credentials(List.of(), "Bearer " + token(Duration.ofHours(1))))
                .orElseThrow();
        assertThat(user.name()).isEqualTo("system:serviceaccount:shop:web");
        assertThat(user.uid()).isEqualTo("sa-1");
        assertThat(user.groups()).containsExactly("system:serviceaccounts", "system:serviceaccounts:shop");
        assertThat(user.extra())
                .containsEntry("authentication.kubernetes.io/pod-name", List.of("web-0"))
                .containsEntry("authentication.kubernetes.io/pod-uid", List.of("pod-1"))
                .containsEntry("authentication.kubernetes.io/node-name", List.of("node-1"))
                .containsEntry("authentication.kubernetes.io/node-uid", List.of("node-uid"))
                .containsKey("authentication.kubernetes.io/credential-id");
    }

    @Test
    void saysWhatUpstreamsTokensSay() throws Exception {
        SignedJWT jwt = SignedJWT.parse(token(Duration.ofHours(1)));
        assertThat(jwt.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.ES256);
        JWTClaimsSet claims = jwt.getJWTClaimsSet();
        assertThat(claims.getSubject()).isEqualTo("system:serviceaccount:shop:web");
        assertThat(claims.getIssuer()).isEqualTo("https://kubernetes.default.svc.cluster.local");
        assertThat(claims.getAudience()).isEqualTo(API);
        assertThat(claims.getJSONObjectClaim("kubernetes.io"))
                .isEqualTo(Map.of(
                        "namespace", "shop",
                        "node", Map.of("name", "node-1", "uid", "node-uid"),
                        "pod", Map.of("name", "web-0", "uid", "pod-1"),
                        "serviceaccount", Map.of("name", "web", "uid", "sa-1")));
        assertThat(Duration.between(
                        claims.getIssueTime().toInstant(),
                        claims.getExpirationTime().toInstant()))
                .isEqualTo(Duration.ofHours(1));
    }

    @Test
    void ends() {
        String token = token(Duration.ofHours(1));
        assertThat(check(token).audiences()).isEqualTo(API);
        time.advance(Duration.ofHours(1));
        assertThatThrownBy(() -> check(token)).hasMessage("service account token has expired");
        assertThatThrownBy(() -> authenticator.authenticate(new Credentials(List.of(), "Bearer " + token)))
                .isInstanceOf(ApiException.class)
                .hasMessage("Unauthorized");
    }

    @Test
    void isWorthlessTenSecondsAfterItsAccountOrPodIsGone() {
        String token = token(Duration.ofHours(1));
        check(token);
        objects.remove("POD/shop/web-0");
        time.advance(Duration.ofSeconds(9));
        check(token);
        time.advance(Duration.ofSeconds(2));
        assertThatThrownBy(() -> check(token))
                .isInstanceOf(InvalidTokenException.class)
                .hasMessageContaining("pod");
        put(Kind.POD, "shop", "web-0", "pod-1");
        objects.remove("SERVICE_ACCOUNT/shop/web");
        assertThatThrownBy(() -> check(token)).hasMessageContaining("serviceaccounts \"web\" not found");
    }

    @Test
    void doesNotPassForAnotherObjectOfTheSameName() {
        String token = token(Duration.ofHours(1));
        put(Kind.POD, "shop", "web-0", "pod-2");
        assertThatThrownBy(() -> check(token)).hasMessage("pod UID (pod-2) does not match claim (pod-1)");
    }

    @Test
    void holdsAMinuteAfterThePodsDeletionWasAskedFor() {
        String token = token(Duration.ofHours(1));
        Instant deletion = time.clock().instant();
        objects.put("POD/shop/web-0", new Found("pod-1", Optional.of(deletion)));
        time.advance(Duration.ofSeconds(59));
        check(token);
        time.advance(Duration.ofSeconds(15));
        assertThatThrownBy(() -> check(token)).isInstanceOf(InvalidTokenException.class);
    }

    @Test
    void isForItsAudiencesOnly() {
        assertThatThrownBy(() -> authenticator.authenticate(token(Duration.ofHours(1)), List.of("vault")))
                .isInstanceOf(InvalidTokenException.class)
                .hasMessageContaining("audiences");
    }

    @Test
    void asksForObjectsOnlyOnceInAWhile() {
        String token = token(Duration.ofHours(1));
        check(token);
        int first = lookups;
        check(token);
        assertThat(lookups).isEqualTo(first);
    }

    @Test
    void takesNoForgery() throws Exception {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(CONFIG.serviceAccountIssuer())
                .audience(API)
                .subject("system:serviceaccount:shop:web")
                .expirationTime(Date.from(time.clock().instant().plusSeconds(60)))
                .claim(
                        "kubernetes.io",
                        Map.of("namespace", "shop", "serviceaccount", Map.of("name", "web", "uid", "sa-1")))
                .build();
        // Signed with the public key as an HMAC secret, with nothing at all, and with another key.
        SignedJWT mac = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        mac.sign(new MACSigner(KEYS.getPublic().getEncoded()));
        assertThatThrownBy(() -> check(mac.serialize())).isInstanceOf(InvalidTokenException.class);
        assertThat(authenticator.authenticate(new PlainJWT(claims).serialize(), API))
                .isEmpty();
        String other = new TokenIssuer(new TokenCodec(TestAuthority::keyPair), CONFIG, time.clock())
                .issue(
                        new TokenIssuer.Subject(
                                "shop",
                                new ObjectId("web", "sa-1"),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()),
                        API,
                        Duration.ofHours(1))
                .token();
        assertThatThrownBy(() -> check(other)).hasMessage("invalid signature");
    }

    @Test
    void leavesOtherTokensToOthers() {
        for (String text : List.of("", "abcdef.0123456789abcdef", "a.b.c", "x".repeat(100_000), "....", "ey.ey.ey")) {
            assertThat(authenticator.authenticate(text, API)).as(text).isEmpty();
        }
    }

    @Test
    void shortensALifeThatIsTooLong() {
        TokenIssuer.Issued issued = issuer.issue(
                new TokenIssuer.Subject(
                        "shop", new ObjectId("web", "sa-1"), Optional.empty(), Optional.empty(), Optional.empty()),
                API,
                Duration.ofDays(10_000));
        assertThat(issued.expires()).isEqualTo(time.clock().instant().plus(Duration.ofDays(365)));
    }

    @Test
    void publishesTheKeyThatVerifiesItsTokens() throws Exception {
        OpenIdDiscovery discovery = new OpenIdDiscovery(codec, CONFIG);
        JWKSet set = JWKSet.parse(discovery.keys().toString());
        SignedJWT jwt = SignedJWT.parse(token(Duration.ofHours(1)));
        var key = set.getKeyByKeyId(jwt.getHeader().getKeyID());
        assertThat(key.isPrivate()).isFalse();
        assertThat(jwt.verify(new com.nimbusds.jose.crypto.ECDSAVerifier(key.toECKey())))
                .isTrue();
        assertThat(discovery.configuration().getString("jwks_uri"))
                .isEqualTo("https://" + CONFIG.advertiseAddress() + ":6443/openid/v1/jwks");
    }

    @Test
    void servesBothDocuments() {
        OpenIdPaths paths = new OpenIdPaths(new OpenIdDiscovery(codec, CONFIG));
        assertThat(paths.serves("/openid/v1/jwks")).isTrue();
        assertThat(paths.serves("/.well-known/openid-configuration")).isTrue();
        assertThat(paths.serves("/openid/v1")).isFalse();
        RawResponse keys = (RawResponse) paths.handle(get("get", "/openid/v1/jwks"));
        assertThat(keys.contentType()).isEqualTo("application/jwk-set+json");
        assertThat(new String(keys.body(), StandardCharsets.UTF_8))
                .contains("\"P-256\"")
                .doesNotContain("\"d\"");
        RawResponse configuration = (RawResponse) paths.handle(get("get", "/.well-known/openid-configuration"));
        assertThat(new String(configuration.body(), StandardCharsets.UTF_8)).contains("\"jwks_uri\"");
        assertThatThrownBy(() -> paths.handle(get("post", "/openid/v1/jwks"))).isInstanceOf(ApiException.class);
    }

    private static ApiRequest get(String verb, String path) {
        RequestInfo info = new RequestInfo(false, verb, path, "", "", "", "", "", "");
        return new ApiRequest(UserInfo.ANONYMOUS, info, Map.of(), RequestBody.NONE, "", "", "", "", "1");
    }
}
