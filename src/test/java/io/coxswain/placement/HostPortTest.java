package io.coxswain.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HostPortTest {
    private static final HostPort ANY = new HostPort("0.0.0.0", "TCP", 8080);
    private static final HostPort LOCAL = new HostPort("127.0.0.1", "TCP", 8080);

    @Test
    void allAddressesMeetEachAndOneMeetsItself() {
        assertThat(ANY.conflictsWith(LOCAL)).isTrue();
        assertThat(LOCAL.conflictsWith(ANY)).isTrue();
        assertThat(LOCAL.conflictsWith(LOCAL)).isTrue();
        assertThat(LOCAL.conflictsWith(new HostPort("10.0.0.1", "TCP", 8080))).isFalse();
        assertThat(ANY.conflictsWith(new HostPort("0.0.0.0", "UDP", 8080))).isFalse();
        assertThat(ANY.conflictsWith(new HostPort("0.0.0.0", "TCP", 8081))).isFalse();
    }

    @Test
    void onlyContainersThatStayHoldPorts() {
        assertThat(HostPort.of(spec(null))).containsExactlyInAnyOrder(ANY, LOCAL);
        assertThat(HostPort.of(spec("Always")))
                .containsExactlyInAnyOrder(ANY, LOCAL, new HostPort("0.0.0.0", "UDP", 53));
    }

    private static PodSpec spec(@Nullable String restartPolicyOfInit) {
        return new PodSpecBuilder()
                .addNewInitContainer()
                .withRestartPolicy(restartPolicyOfInit)
                .addNewPort()
                .withProtocol("UDP")
                .withHostPort(53)
                .endPort()
                .endInitContainer()
                .addNewContainer()
                .addNewPort()
                .withHostPort(8080)
                .endPort()
                .addNewPort()
                .withHostIP("127.0.0.1")
                .withHostPort(8080)
                .endPort()
                .addNewPort()
                .withContainerPort(80)
                .endPort()
                .endContainer()
                .build();
    }
}
