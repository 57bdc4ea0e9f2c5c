package io.coxswain.authn.bootstraptoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.coxswain.apiserver.authn.Authenticator.Credentials;
import io.coxswain.apiserver.authn.TokenAuthenticator.InvalidTokenException;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.client.FakeApi;
import io.coxswain.client.ManualTimers;
import io.coxswain.client.ResourceTypes;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BootstrapTokenAuthenticatorTest {
    private static final String TOKEN = "abcdef.0123456789abcdef";
    private static final List<String> AUDIENCES = List.of("https://kubernetes");

    private final ManualTimers timers = new ManualTimers();
    private final FakeApi api = new FakeApi(timers.clock());
    private final BootstrapTokenAuthenticator authenticator =
            new BootstrapTokenAuthenticator(() -> api.clients(timers), AUDIENCES, timers.clock());

    @Test
    void aTokenIsAUserOfItsOwnAmongTheBootstrappers() {
        put("bootstrap.kubernetes.io/token", Map.of());
        UserInfo user = authenticator.authenticate(bearer(TOKEN)).orElseThrow();
        assertThat(user.name()).isEqualTo("system:bootstrap:abcdef");
        assertThat(user.groups()).containsExactly("system:bootstrappers");
        assertThat(authenticator.authenticate(TOKEN, AUDIENCES).orElseThrow().audiences())
                .isEqualTo(AUDIENCES);
    }

    @Test
    void mayBeInMoreGroups() {
        put(
                "bootstrap.kubernetes.io/token",
                Map.of("auth-extra-groups", "system:bootstrappers:worker,system:bootstrappers:kubeadm:default"));
        assertThat(authenticator.authenticate(bearer(TOKEN)).orElseThrow().groups())
                .containsExactly(
                        "system:bootstrappers", "system:bootstrappers:kubeadm:default", "system:bootstrappers:worker");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "token-secret | 0123456789abcdee | has a token-secret that is not the token's",
                "token-id | abcdeg | has a token-id that is not the token's",
                "usage-bootstrap-authentication | false | is not marked usage-bootstrap-authentication=true",
                "usage-bootstrap-authentication | '' | is not marked usage-bootstrap-authentication=true",
                "expiration | 2020-01-01T00:00:00Z | has expired",
                "expiration | tomorrow | has expired",
                "auth-extra-groups | system:masters | has an invalid group in auth-extra-groups: \"system:masters\"",
                "auth-extra-groups | system:bootstrappers:a, | has an invalid group in auth-extra-groups: \"\"",
            })
    void whatIsNotAsItMustBeProvesNobody(String key, String value, String why) {
        put("bootstrap.kubernetes.io/token", Map.of(key, value));
        assertThatExceptionOfType(InvalidTokenException.class)
                .isThrownBy(() -> authenticator.authenticate(TOKEN, AUDIENCES))
                .withMessageContaining(why);
        assertThatExceptionOfType(ApiException.class)
                .isThrownBy(() -> authenticator.authenticate(bearer(TOKEN)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(401))
                .withMessage("Unauthorized");
    }

    @Test
    void aTimeThatIsStillToComeIsGood() {
        put("bootstrap.kubernetes.io/token", Map.of("expiration", "2999-01-01T02:00:00+02:00"));
        assertThat(authenticator.authenticate(bearer(TOKEN))).isPresent();
    }

    @Test
    void otherSecretsAreNoTokens() {
        assertThatExceptionOfType(InvalidTokenException.class)
                .isThrownBy(() -> authenticator.authenticate(TOKEN, AUDIENCES))
                .withMessageContaining("not found");
        put("Opaque", Map.of());
        assertThatExceptionOfType(InvalidTokenException.class)
                .isThrownBy(() -> authenticator.authenticate(TOKEN, AUDIENCES))
                .withMessageContaining("invalid type");
    }

    @Test
    void isOfNoUseForOthers() {
        put("bootstrap.kubernetes.io/token", Map.of());
        assertThatExceptionOfType(InvalidTokenException.class)
                .isThrownBy(() -> authenticator.authenticate(TOKEN, List.of("vault")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "abc", "eyJhbGciOi.eyJpc3Mi.c2ln", "ABCDEF.0123456789abcdef", "../../a.0123456789abcdef"})
    void tokensOfOtherKindsAreForOthers(String token) {
        assertThat(authenticator.authenticate(token, AUDIENCES)).isEmpty();
        assertThat(authenticator.authenticate(bearer(token))).isEmpty();
        assertThat(authenticator.authenticate(new Credentials(List.of(), "Basic " + TOKEN)))
                .isEmpty();
    }

    private static Credentials bearer(String token) {
        return new Credentials(List.of(), "Bearer " + token);
    }

    private void put(String type, Map<String, String> changes) {
        Map<String, String> data = new HashMap<>(Map.of(
                "token-id", "abcdef",
                "token-secret", "0123456789abcdef",
                "usage-bootstrap-authentication", "true"));
        data.putAll(changes);
        data.replaceAll((key, value) -> Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
        api.put(
                ResourceTypes.SECRETS,
                new SecretBuilder()
                        .withNewMetadata()
                        .withNamespace("kube-system")
                        .withName("bootstrap-token-abcdef")
                        .endMetadata()
                        .withType(type)
                        .withData(data)
                        .build());
    }
}
