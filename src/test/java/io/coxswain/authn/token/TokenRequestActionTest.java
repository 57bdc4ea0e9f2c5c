package io.coxswain.authn.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse.ObjectResponse;
import io.coxswain.apiserver.request.RequestBody;
import io.coxswain.apiserver.request.RequestInfo;
import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.bootstrap.config.ApiServerConfig;
import io.coxswain.bootstrap.config.Settings;
import io.coxswain.bootstrap.config.SettingsSource;
import io.coxswain.bootstrap.pki.TestAuthority;
import io.coxswain.client.FakeApi;
import io.coxswain.client.ManualTimers;
import io.coxswain.client.ResourceTypes;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class TokenRequestActionTest {
    private static final ApiServerConfig CONFIG =
            Settings.read(SettingsSource.of(new Properties(), Map.of())).get(ApiServerConfig.class);

    private final KeyPair keys = TestAuthority.keyPair();
    private final ManualTimers time = new ManualTimers();
    private final FakeApi api = new FakeApi(time.clock());
    private final TokenCodec codec = new TokenCodec(() -> keys);
    private final TokenRequestAction action =
            new TokenRequestAction(new TokenIssuer(codec, CONFIG, time.clock()), () -> api.clients(time));
    private final JsonObject account = json(
            "{'apiVersion':'v1','kind':'ServiceAccount','metadata':{'name':'web','namespace':'shop','uid':'sa-1'}}");

    private static JsonObject json(String text) {
        return Json.createReader(new StringReader(text.replace('\'', '"'))).readObject();
    }

    private ObjectResponse perform(String body) {
        ApiRequest request = new ApiRequest(
                UserInfo.of("alice"),
                RequestInfo.resource("create", ResourceTypes.SERVICE_ACCOUNTS.gvr(), "shop", "web", "token"),
                Map.of(),
                RequestBody.NONE,
                "",
                "",
                "",
                "",
                "1");
        return (ObjectResponse) action.perform(request, account, json(body));
    }

    private TokenClaims claims(ObjectResponse response) {
        return codec.decode(
                        new ObjectView(response.object().tree()).text("status", "token"), CONFIG.serviceAccountIssuer())
                .orElseThrow();
    }

    private Pod pod(String serviceAccount) {
        return api.put(
                ResourceTypes.PODS,
                new PodBuilder()
                        .withNewMetadata()
                        .withName("web-0")
                        .withNamespace("shop")
                        .endMetadata()
                        .withNewSpec()
                        .withServiceAccountName(serviceAccount)
                        .withNodeName("node-1")
                        .endSpec()
                        .build());
    }

    @Test
    void issuesAnHourForTheApiServerByDefault() {
        ObjectResponse response = perform("{}");
        assertThat(response.code()).isEqualTo(201);
        assertThat(claims(response).audiences()).isEqualTo(CONFIG.audiences());
        ObjectView answer = new ObjectView(response.object().tree());
        assertThat(answer.kind()).isEqualTo("TokenRequest");
        assertThat(answer.text("status", "expirationTimestamp")).isEqualTo("2026-01-01T01:00:00Z");
        assertThat(answer.number("spec", "expirationSeconds")).contains(3600L);
    }

    @Test
    void bindsToThePodAndItsNode() {
        api.put(
                ResourceTypes.NODES,
                new NodeBuilder()
                        .withNewMetadata()
                        .withName("node-1")
                        .endMetadata()
                        .build());
        Pod pod = pod("web");
        ObjectResponse response = perform(
                "{'spec':{'audiences':['vault'],'boundObjectRef':{'kind':'Pod','apiVersion':'v1','name':'web-0'}}}");
        TokenClaims claims = claims(response);
        assertThat(claims.audiences()).containsExactly("vault");
        assertThat(claims.pod())
                .contains(new TokenClaims.ObjectId("web-0", pod.getMetadata().getUid()));
        assertThat(claims.node().orElseThrow().name()).isEqualTo("node-1");
        assertThat(claims.node().orElseThrow().uid()).isNotEmpty();
        assertThat(new ObjectView(response.object().tree()).text("spec", "boundObjectRef", "uid"))
                .isEqualTo(pod.getMetadata().getUid());
    }

    @Test
    void refusesAPodThatIsNotTheOneMeant() {
        String reference = "{'spec':{'boundObjectRef':{'kind':'Pod','apiVersion':'v1','name':'web-0','uid':'other'}}}";
        assertThatThrownBy(() -> perform(reference))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(404));
        pod("web");
        assertThatThrownBy(() -> perform(reference))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.isConflict()).isTrue())
                .hasMessageContaining("the UID in the bound object reference (other) does not match");
    }

    @Test
    void refusesAPodOfAnotherAccount() {
        pod("other");
        assertThatThrownBy(() -> perform("{'spec':{'boundObjectRef':{'kind':'Pod','apiVersion':'v1','name':'web-0'}}}"))
                .hasMessage(
                        "cannot bind token for serviceaccount \"web\" to pod running with different serviceaccount name.");
    }

    @Test
    void refusesWhatCannotBe() {
        assertThatThrownBy(() -> perform("{'spec':{'expirationSeconds':10}}"))
                .hasMessage("TokenRequest.authentication.k8s.io \"web\" is invalid: spec.expirationSeconds:"
                        + " Invalid value: 10: may not specify a duration less than 10 minutes");
        assertThatThrownBy(() -> perform("{'spec':{'expirationSeconds':4294967297}}"))
                .hasMessageContaining("2^32");
        assertThatThrownBy(() ->
                        perform("{'spec':{'boundObjectRef':{'kind':'Deployment','apiVersion':'apps/v1','name':'x'}}}"))
                .hasMessageContaining("cannot bind token to object of type apps/v1, Kind=Deployment");
        assertThatThrownBy(() -> perform("{'metadata':{'name':'other'}}")).hasMessageContaining("does not match");
    }

    @Test
    void warnsWhenItShortens() {
        assertThat(perform("{'spec':{'expirationSeconds':99999999}}").warnings())
                .isEqualTo(List.of("requested expiration of 99999999 seconds shortened to 31536000 seconds"));
    }
}
