package io.coxswain.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.it.ApiConnection.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each port serves what it is for, and nothing else. */
@ExtendWith(ArquillianExtension.class)
class ListenersIT {
    private final HttpClient http = HttpClient.newBuilder()
            .sslContext(ApiConnection.context(null))
            .connectTimeout(Duration.ofSeconds(20))
            .build();

    @ParameterizedTest
    @ValueSource(strings = {"/foo", "/overview.xhtml", "/signin.xhtml", "/v2/", "/console/log"})
    void theApiAnswersWhatItDoesNotServeLikeTheApi(String path) {
        Answer admin = ApiConnection.admin().get(path);
        assertThat(admin.status()).isEqualTo(404);
        assertThat(admin.json().getString("message")).isEqualTo("the server could not find the requested resource");

        Answer stranger = ApiConnection.anonymous().get(path);
        assertThat(stranger.status()).isEqualTo(403);
        assertThat(stranger.json().getString("message"))
                .isEqualTo("forbidden: User \"system:anonymous\" cannot get path \"" + path + "\"");
    }

    @Test
    void theRootListsThePaths() {
        assertThat(ApiConnection.admin().get("/").json().getJsonArray("paths").toString())
                .contains("\"/api/v1\"", "\"/apis/apps/v1\"", "\"/healthz\"", "\"/version\"");
    }

    @ParameterizedTest
    @CsvSource({
        "console, /api/v1/pods, 404",
        "console, /version, 404",
        "console, /v2/, 404",
        "console, /signin.xhtml, 200",
        "registry, /api/v1/pods, 404",
        "registry, /signin.xhtml, 404",
        "registry, /v2/, 401"
    })
    void theOthersKeepToTheirs(String listener, String path, int status) throws IOException, InterruptedException {
        TestServer server = TestServer.get();
        int port = listener.equals("console") ? server.consolePort() : server.registryPort();
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).doesNotContain("Exception");
    }
}
