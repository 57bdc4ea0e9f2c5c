package io.coxswain.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.node.status.PodObservation.Verdict;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;

class AdmittedPodsTest {
    private static final Verdict TAKEN = new Verdict(
            "NodePorts", "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports");

    private final AdmittedPods pods = new AdmittedPods();

    @Test
    void aPortGoesToTheFirstUntilThatHasEnded() {
        assertThat(pods.admit(pod("a", 8080))).isEmpty();
        assertThat(pods.admit(pod("b", 8080))).contains(TAKEN);
        assertThat(pods.admit(pod("c", 8081))).isEmpty();
        pods.release("a");
        assertThat(pods.admit(pod("b", 8080))).isEmpty();
    }

    @Test
    void whoIsInStaysInHoweverOftenItIsAsked() {
        assertThat(pods.admit(pod("a", 8080))).isEmpty();
        assertThat(pods.admit(pod("a", 8080))).isEmpty();
    }

    @Test
    void whatRanBeforeHoldsItsPorts() {
        pods.keep(pod("a", 8080));
        assertThat(pods.admit(pod("b", 8080))).contains(TAKEN);
        // Two that both run already are let be.
        pods.keep(pod("b", 8080));
        assertThat(pods.admit(pod("b", 8080))).isEmpty();
    }

    private static Pod pod(String uid, int hostPort) {
        Pod pod = TestPods.pod(
                "Always",
                new ContainerBuilder()
                        .withName("a")
                        .addNewPort()
                        .withContainerPort(80)
                        .withHostPort(hostPort)
                        .endPort()
                        .build());
        return new PodBuilder(pod).editMetadata().withUid(uid).endMetadata().build();
    }
}
