package io.coxswain.admission.tolerationseconds;

import static io.coxswain.admission.AdmissionFixture.core;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.admission.AdmissionFixture;
import io.coxswain.kinds.Trees;
import io.coxswain.meta.ObjectView;
import org.junit.jupiter.api.Test;

class DefaultTolerationSecondsTest {
    private final AdmissionFixture fixture = new AdmissionFixture();
    private final DefaultTolerationSeconds plugin = new DefaultTolerationSeconds(new TolerationSettings(300, 20));

    private ObjectView admit(String tolerations) {
        return new ObjectView(plugin.admit(fixture.create(
                core("pods"),
                "{kind: Pod, metadata: {name: web, namespace: dev}, spec: {tolerations: " + tolerations + "}}")));
    }

    @Test
    void aPodStaysForAWhileOnAFailingNode() {
        assertThat(admit("[]").array("spec", "tolerations"))
                .isEqualTo(Trees.yaml("""
                                all:
                                - key: node.kubernetes.io/not-ready
                                  operator: Exists
                                  effect: NoExecute
                                  tolerationSeconds: 300
                                - key: node.kubernetes.io/unreachable
                                  operator: Exists
                                  effect: NoExecute
                                  tolerationSeconds: 20
                                """).getJsonArray("all"));
    }

    @Test
    void itsOwnTolerationsCount() {
        assertThat(admit("[{operator: Exists}]").items("spec", "tolerations")).hasSize(1);
        assertThat(admit("[{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute}]")
                        .items("spec", "tolerations"))
                .extracting(toleration -> toleration.text("key"))
                .containsExactly("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");
        assertThat(admit("[{key: node.kubernetes.io/not-ready, operator: Exists, effect: NoSchedule}]")
                        .items("spec", "tolerations"))
                .hasSize(3);
    }
}
