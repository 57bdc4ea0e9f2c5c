package io.coxswain.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.json.JsonObject;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server says about itself, to callers without a name. */
@ExtendWith(ArquillianExtension.class)
class HealthIT {
    private final ApiConnection anonymous = ApiConnection.anonymous();
    private final ApiConnection admin = ApiConnection.admin();

    @ParameterizedTest
    @ValueSource(strings = {"/healthz", "/livez", "/readyz"})
    void kubernetesPathsSayOkOrTellEachCheck(String path) {
        assertThat(anonymous.get(path))
                .returns(200, ApiConnection.Answer::status)
                .returns("ok", ApiConnection.Answer::body);
        assertThat(anonymous.get(path + "?verbose").body())
                .startsWith("[+]ping ok\n")
                .endsWith(path.substring(1) + " check passed\n");
        assertThat(anonymous.get(path + "?verbose&exclude=ping").body()).startsWith("[+]ping excluded: ok\n");
        assertThat(anonymous.get(path + "?verbose&exclude=nosuch").body())
                .contains("warn: some health checks cannot be excluded: no matches for [\"nosuch\"]");
        // Which checks there are is not for everybody.
        assertThat(anonymous.get(path + "/ping").status()).isEqualTo(403);
        assertThat(admin.get(path + "/ping").body()).isEqualTo("ok");
        assertThat(admin.get(path + "/nosuch").status()).isEqualTo(404);
    }

    @Test
    void readinessKnowsTheDatabaseAndTheControllers() {
        String report = anonymous.get("/readyz?verbose").body();
        assertThat(report).contains("[+]database ok", "[+]controllers ok");
        assertThat(admin.get("/readyz/database").body()).isEqualTo("ok");
    }

    @Test
    void microProfileHealthHasDatabaseControllersAndNodes() {
        for (String path : new String[] {"/health", "/health/live", "/health/ready", "/health/started"}) {
            ApiConnection.Answer answer = anonymous.get(path);
            assertThat(answer.status()).as(path).isEqualTo(200);
            assertThat(answer.json().getString("status")).as(path).isEqualTo("UP");
        }
        JsonObject ready = anonymous.get("/health/ready").json();
        assertThat(ready.getJsonArray("checks").toString())
                .contains("\"name\":\"nodes\"", "\"database\":\"ok\"", "\"controllers\":\"ok\"");
        assertThat(anonymous.get("/health/started").body()).contains("\"settings\":\"done\"");
    }

    @Test
    void theVersionIsTheOneClientsCompareWith() {
        JsonObject version = anonymous.get("/version").json();
        assertThat(version.getString("major")).isEqualTo("1");
        assertThat(version.getString("minor")).startsWith("34");
        assertThat(version.getString("gitVersion")).startsWith("v1.34.");
    }

    @Test
    void aMisspeltSettingStopsTheStartWithItsName() {
        assertThatThrownBy(() -> TestServer.make("it-misspelt", "coxswain.api.prot=6443"))
                .hasMessageContaining("coxswain.api.prot");
    }
}
