package io.coxswain.kinds.workload;

import static io.coxswain.kinds.KindAssert.assertThatKind;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.apiserver.registry.KindDefinition;
import io.coxswain.kinds.Trees;
import io.coxswain.kinds.apps.DaemonSetKind;
import io.coxswain.kinds.apps.DeploymentKind;
import io.coxswain.kinds.apps.ReplicaSetKind;
import io.coxswain.kinds.apps.StatefulSetKind;
import io.coxswain.kinds.batch.CronJobKind;
import io.coxswain.kinds.batch.JobKind;
import io.coxswain.kinds.core.PodTemplateKind;
import io.coxswain.kinds.core.ReplicationControllerKind;
import io.coxswain.meta.FieldError;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the kinds that make pods from a template share. */
class WorkloadKindsTest {
    private static final String UNWISE = "{nodeSelector: {beta.kubernetes.io/os: linux}}";
    private static final String WHY =
            "nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use \"kubernetes.io/os\" instead";

    static Stream<KindDefinition> kindsWithATemplate() {
        return Stream.of(
                new DeploymentKind(),
                new ReplicaSetKind(),
                new ReplicationControllerKind(),
                new StatefulSetKind(),
                new DaemonSetKind(),
                new JobKind());
    }

    @ParameterizedTest
    @MethodSource("kindsWithATemplate")
    void unwiseTemplatesAreWarnedOf(KindDefinition kind) {
        assertThat(kind.warnings(Trees.view("{metadata: {name: a}, spec: {template: {spec: " + UNWISE + "}}}")))
                .containsExactly("spec.template.spec." + WHY);
    }

    @Test
    void soAreTemplatesThatLieElsewhere() {
        assertThat(new PodTemplateKind().warnings(Trees.view("template: {spec: " + UNWISE + "}")))
                .containsExactly("template.spec." + WHY);
        assertThat(new CronJobKind()
                        .warnings(Trees.view("spec: {jobTemplate: {spec: {template: {spec: " + UNWISE + "}}}}")))
                .containsExactly("spec.jobTemplate.spec.template.spec." + WHY);
    }

    static Stream<Arguments> countedParts() {
        return Stream.of(
                Arguments.of(
                        new ReplicaSetKind(), List.of("fullyLabeledReplicas", "readyReplicas", "availableReplicas")),
                Arguments.of(
                        new ReplicationControllerKind(),
                        List.of("fullyLabeledReplicas", "readyReplicas", "availableReplicas")),
                Arguments.of(new DeploymentKind(), List.of("updatedReplicas", "readyReplicas", "availableReplicas")),
                Arguments.of(
                        new StatefulSetKind(),
                        List.of("readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas")));
    }

    @ParameterizedTest
    @MethodSource("countedParts")
    void noPartOfThePodsIsMoreThanAll(KindDefinition kind, List<String> parts) {
        for (String part : parts) {
            assertThat(statusFaults(kind, "{replicas: 2, " + part + ": 2}")).isEmpty();
            assertThat(statusFaults(kind, "{replicas: 2, " + part + ": 3}"))
                    .containsExactly("status." + part + ": Invalid value: 3: cannot be greater than status.replicas");
            assertThat(statusFaults(kind, "{replicas: 2, " + part + ": -1}"))
                    .containsExactly("status." + part + ": Invalid value: -1: must be greater than or equal to 0");
        }
        assertThat(statusFaults(kind, "{observedGeneration: -1}"))
                .containsExactly("status.observedGeneration: Invalid value: -1: must be greater than or equal to 0");
    }

    private static List<String> statusFaults(KindDefinition kind, String status) {
        return kind.validateStatusUpdate(Trees.view("status: " + status), Trees.view("status: {}")).stream()
                .map(FieldError::toString)
                .toList();
    }

    @Test
    void aReplicationControllerShowsAsAReplicaSetButForItsSelector() {
        String rest = """
                metadata: {name: web}
                status: {replicas: 2, readyReplicas: 1}
                """;
        assertThatKind(new ReplicationControllerKind())
                .row(rest + "spec: {replicas: 3, selector: {app: web}}", "web | 3 | 2 | 1 | <unknown> |  |  | app=web");
        assertThatKind(new ReplicaSetKind())
                .row(
                        rest + "spec: {replicas: 3, selector: {matchLabels: {app: web}}}",
                        "web | 3 | 2 | 1 | <unknown> |  |  | app=web");
    }
}
