package io.coxswain.controller.tokencleaner;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.SimulatedCluster;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TokenCleanerTest {
    private static final String TYPE = "bootstrap.kubernetes.io/token";

    private final SimulatedCluster cluster = new SimulatedCluster();

    @BeforeEach
    void start() {
        cluster.start(new TokenCleaner(cluster.timers.clock()));
    }

    @Test
    void removesATokenWhenItsTimeIsOver() {
        put(
                "kube-system",
                "soon",
                TYPE,
                cluster.timers.clock().instant().plusSeconds(60).toString());
        put(
                "kube-system",
                "late",
                TYPE,
                cluster.timers.clock().instant().plusSeconds(9000).toString());
        cluster.run(55);
        assertThat(exists("kube-system", "soon")).isTrue();
        cluster.run(10);
        assertThat(exists("kube-system", "soon")).isFalse();
        assertThat(exists("kube-system", "late")).isTrue();
    }

    @Test
    void removesATokenWhoseTimeCannotBeRead() {
        put("kube-system", "odd", TYPE, "tomorrow");
        cluster.settle();
        assertThat(exists("kube-system", "odd")).isFalse();
    }

    @Test
    void touchesNothingElse() {
        put("kube-system", "for-ever", TYPE, "");
        put("kube-system", "opaque", "Opaque", "2000-01-01T00:00:00Z");
        put("default", "elsewhere", TYPE, "2000-01-01T00:00:00Z");
        cluster.run(60);
        assertThat(exists("kube-system", "for-ever")).isTrue();
        assertThat(exists("kube-system", "opaque")).isTrue();
        assertThat(exists("default", "elsewhere")).isTrue();
        assertThat(cluster.writes()).isEmpty();
    }

    private boolean exists(String namespace, String name) {
        return cluster.api.exists(ResourceTypes.SECRETS, namespace, name);
    }

    private void put(String namespace, String name, String type, String expiration) {
        Secret secret = new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withType(type)
                .addToData("token-id", "YWJjZGVm")
                .build();
        if (!expiration.isEmpty()) {
            secret.getData()
                    .put("expiration", Base64.getEncoder().encodeToString(expiration.getBytes(StandardCharsets.UTF_8)));
        }
        cluster.api.put(ResourceTypes.SECRETS, secret);
    }
}
