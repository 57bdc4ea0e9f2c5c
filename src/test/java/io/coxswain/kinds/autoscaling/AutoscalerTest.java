package io.coxswain.kinds.autoscaling;

import static io.coxswain.kinds.KindAssert.assertThatKind;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.kinds.Trees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import org.junit.jupiter.api.Test;

class AutoscalerTest {
    private static final String TARGET = "scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}";
    private final HorizontalPodAutoscalerKind newer = new HorizontalPodAutoscalerKind();
    private final HorizontalPodAutoscalerV1Kind older = new HorizontalPodAutoscalerV1Kind();

    @Test
    void bothVersionsAreViewsOfOneObject() {
        JsonObject stored = newer.defaults(Trees.yaml("""
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: web, annotations: {a: b}}
                spec:
                  %s
                  maxReplicas: 5
                  metrics:
                  - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}
                  - {type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 1Gi}}}
                  behavior: {scaleDown: {stabilizationWindowSeconds: 60}}
                status:
                  desiredReplicas: 2
                  currentReplicas: 1
                  currentMetrics: null
                  conditions: [{type: AbleToScale, status: "True"}]
                """.formatted(TARGET)));
        JsonObject viewed = older.fromStorage(stored);
        assertThat(new ObjectView(viewed).number("spec", "targetCPUUtilizationPercentage"))
                .contains(60L);
        assertThat(new ObjectView(viewed).object("spec")).doesNotContainKeys("metrics", "behavior");
        assertThat(new ObjectView(viewed).annotations())
                .containsKeys(
                        "a",
                        "autoscaling.alpha.kubernetes.io/metrics",
                        "autoscaling.alpha.kubernetes.io/behavior",
                        "autoscaling.alpha.kubernetes.io/conditions");
        assertThat(older.toStorage(viewed)).isEqualTo(stored);
        assertThat(older.storage()).isEqualTo(newer.storage());
        assertThat(older.isStorageForm()).isFalse();
        assertThat(newer.isStorageForm()).isTrue();
    }

    @Test
    void annotationsThatPeopleBrokeDoNotHurt() {
        JsonObject broken = Trees.yaml("{metadata: {annotations: {autoscaling.alpha.kubernetes.io/metrics: '[{'}},"
                + " spec: {maxReplicas: 3}}");
        assertThat(new ObjectView(older.toStorage(broken)).items("spec", "metrics"))
                .hasSize(1);
    }

    @Test
    void faultsAreNamedAsUpstreamNamesThem() {
        assertThatKind(newer)
                .faults(
                        "{metadata: {name: a}, spec: {minReplicas: 3, maxReplicas: 2, scaleTargetRef: {kind: Deployment}}}",
                        "spec.maxReplicas: Invalid value: 2: must be greater than or equal to `minReplicas`",
                        "spec.scaleTargetRef.name: Required value")
                .faults(
                        "{metadata: {name: a}, spec: {maxReplicas: 2, " + TARGET + ", metrics: [{type: Pods}]}}",
                        "spec.metrics[0].pods: Required value: must populate information for the given metric source")
                .row(
                        "{metadata: {name: a}, spec: {minReplicas: 1, maxReplicas: 4, " + TARGET
                                + ", metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization,"
                                + " averageUtilization: 80}}}]}, status: {currentReplicas: 2, currentMetrics: [{type:"
                                + " Resource, resource: {name: cpu, current: {averageUtilization: 12}}}]}}",
                        "a | Deployment/web | cpu: 12%/80% | 1 | 4 | 2 | <unknown>");
    }
}
