package io.coxswain.node.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class PullSecretsTest {

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Secret secret(String config) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName("s")
                .withNamespace("default")
                .endMetadata()
                .addToData(".dockerconfigjson", base64(config))
                .build();
    }

    @Test
    void takesTheCredentialsOfTheImagesRegistry() {
        Secret secret = secret("{\"auths\":{\"https://reg.example/v1/\":{\"auth\":\"" + base64("me:pw:x")
                + "\"},\"other.example\":{\"username\":\"no\",\"password\":\"no\"}}}");
        var found = PullSecrets.forImage("reg.example/a:1", List.of(secret));
        assertThat(found).hasSize(1);
        assertThat(found.get(0).username()).isEqualTo("me");
        assertThat(found.get(0).password()).isEqualTo("pw:x");
    }

    @Test
    void honoursPathsAndDockersOldName() {
        Secret secret = secret("{\"auths\":{\"reg.example/team\":{\"username\":\"t\",\"password\":\"p\"},"
                + "\"https://index.docker.io/v1/\":{\"username\":\"d\",\"password\":\"p\"}}}");
        assertThat(PullSecrets.forImage("reg.example/team/a", List.of(secret))).hasSize(1);
        assertThat(PullSecrets.forImage("reg.example/teams/a", List.of(secret))).isEmpty();
        assertThat(PullSecrets.forImage("busybox", List.of(secret)).get(0).username())
                .isEqualTo("d");
    }

    @Test
    void survivesRubbish() {
        Secret noBase64 = new SecretBuilder()
                .withNewMetadata()
                .withName("s")
                .endMetadata()
                .addToData(".dockerconfigjson", "***")
                .build();
        assertThat(PullSecrets.forImage("x", List.of(secret("{"), secret("[]"), noBase64)))
                .isEmpty();
    }
}
