package io.coxswain.controller.horizontalpodautoscaler;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.SimulatedCluster;
import io.coxswain.controller.replicaset.ReplicaSetReconciler;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.selector.LabelSelector;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerCondition;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerSpecBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerStatus;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpec;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpecBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HorizontalPodAutoscalerReconcilerTest {
    private static final Map<String, String> LABELS = Map.of("app", "x");
    private static final MetricSpec CPU = utilization("cpu", 50);

    private final SimulatedCluster cluster = new SimulatedCluster();
    private final Measured metrics = new Measured();

    /** What every pod is measured to do, and what other metrics are. */
    private final class Measured implements MetricsSource {
        private long cpu = 500;
        private String problem = "";
        private long value = 10_000;
        private String valueProblem = "";

        @Override
        public Map<String, PodMetric> usage(String namespace, LabelSelector pods, String resource, String container)
                throws MetricsException {
            fail(problem);
            return all(namespace, pods, cpu);
        }

        @Override
        public Map<String, PodMetric> ofPods(String namespace, LabelSelector pods, String metric, LabelSelector series)
                throws MetricsException {
            fail(valueProblem);
            return all(namespace, pods, value);
        }

        @Override
        public long ofObject(
                String namespace, String apiVersion, String kind, String name, String metric, LabelSelector series)
                throws MetricsException {
            fail(valueProblem);
            return value;
        }

        @Override
        public List<Long> external(String namespace, String metric, LabelSelector series) throws MetricsException {
            fail(valueProblem);
            return List.of(value, value);
        }

        private Map<String, PodMetric> all(String namespace, LabelSelector selector, long milli) {
            return cluster.pods(namespace).stream()
                    .filter(pod -> selector.matches(pod.getMetadata().getLabels()))
                    .collect(Collectors.toMap(
                            pod -> pod.getMetadata().getName(),
                            pod -> new PodMetric(cluster.timers.clock().instant(), Duration.ZERO, milli)));
        }

        private void fail(String why) throws MetricsException {
            if (!why.isEmpty()) {
                throw new MetricsException(why);
            }
        }
    }

    @BeforeEach
    void start() {
        cluster.start(
                new HorizontalPodAutoscalerReconciler(metrics, cluster.timers.clock()),
                new ReplicaSetReconciler(cluster.timers.clock()));
    }

    @Test
    void scalesUpEvery15SecondsAndSaysSo() {
        replicas("set", 2, LABELS);
        cluster.run(400);
        autoscale(spec -> spec.withMetrics(CPU));
        metrics.cpu = 1000;
        cluster.run(1);
        assertThat(replicas("set")).isEqualTo(4);
        assertThat(status().getCurrentReplicas()).isEqualTo(2);
        assertThat(status().getDesiredReplicas()).isEqualTo(4);
        assertThat(status().getLastScaleTime()).isNotNull();
        assertThat(status().getCurrentMetrics()
                        .get(0)
                        .getResource()
                        .getCurrent()
                        .getAverageUtilization())
                .isEqualTo(100);
        assertThat(status().getCurrentMetrics()
                        .get(0)
                        .getResource()
                        .getCurrent()
                        .getAverageValue())
                .isEqualTo(new Quantity("1"));
        assertThat(cluster.eventMessages("ns", "SuccessfulRescale"))
                .containsExactly("New size: 4; reason: cpu resource utilization (percentage of request) above target");
        condition(
                "AbleToScale",
                "True",
                "SucceededRescale",
                "the HPA controller was able to update the target scale to 4");
        condition(
                "ScalingActive",
                "True",
                "ValidMetricFound",
                "the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage"
                        + " of request)");
        condition("ScalingLimited", "False", "DesiredWithinRange", "the desired count is within the acceptable range");
    }

    @Test
    void scalesDownAfterFiveMinutesOnly() {
        replicas("set", 6, LABELS);
        cluster.run(400);
        metrics.cpu = 50;
        autoscale(spec -> spec.withMetrics(CPU).withMinReplicas(2));
        cluster.run(280);
        assertThat(replicas("set")).isEqualTo(6);
        condition(
                "AbleToScale",
                "True",
                "ScaleDownStabilized",
                "recent recommendations were higher than current one, applying the highest recent recommendation");
        cluster.run(40);
        assertThat(replicas("set")).isEqualTo(2);
        assertThat(cluster.eventMessages("ns", "SuccessfulRescale"))
                .containsExactly("New size: 2; reason: All metrics below target");
        condition(
                "ScalingLimited",
                "True",
                "TooFewReplicas",
                "the desired replica count is less than the minimum replica count");
    }

    @Test
    void writesNothingWhileNothingChanges() {
        replicas("set", 2, LABELS);
        cluster.run(400);
        autoscale(spec -> spec.withMetrics(CPU));
        cluster.run(60);
        cluster.api.forgetRequests();
        cluster.run(120);
        assertThat(cluster.writes()).isEmpty();
    }

    @Test
    void keepsWithinItsBoundsWhateverIsMeasured() {
        replicas("set", 9, LABELS);
        cluster.run(400);
        metrics.problem = "nothing is measured";
        autoscale(spec -> spec.withMetrics(CPU).withMaxReplicas(5));
        cluster.run(1);
        assertThat(replicas("set")).isEqualTo(5);
        assertThat(cluster.eventMessages("ns", "SuccessfulRescale"))
                .containsExactly("New size: 5; reason: Current number of replicas above Spec.MaxReplicas");
        edit(spec -> spec.withMinReplicas(7).withMaxReplicas(8));
        cluster.run(16);
        assertThat(replicas("set")).isEqualTo(7);
        assertThat(cluster.eventMessages("ns", "SuccessfulRescale"))
                .contains("New size: 7; reason: Current number of replicas below Spec.MinReplicas");
    }

    @Test
    void aTargetOfNoReplicasIsLeftAlone() {
        replicas("set", 0, LABELS);
        autoscale(spec -> spec.withMetrics(CPU));
        cluster.run(20);
        assertThat(replicas("set")).isZero();
        condition(
                "ScalingActive",
                "False",
                "ScalingDisabled",
                "scaling is disabled since the replica count of the target is zero");
    }

    @Test
    void saysWhatIsWrongWithAMetricAndAsksAgainIn15Seconds() {
        replicas("set", 2, LABELS);
        cluster.run(400);
        metrics.problem = "unable to fetch metrics from resource metrics API: the server could not find the requested"
                + " resource (get pods.metrics.k8s.io)";
        autoscale(spec -> spec.withMetrics(CPU));
        cluster.run(40);
        String why = "failed to get cpu utilization: unable to get metrics for resource cpu: " + metrics.problem;
        condition(
                "ScalingActive",
                "False",
                "FailedGetResourceMetric",
                "the HPA was unable to compute the replica count: " + why);
        assertThat(cluster.eventMessages("ns", "FailedGetResourceMetric")).contains(why);
        assertThat(cluster.eventMessages("ns", "FailedComputeMetricsReplicas"))
                .contains("invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric"
                        + " value: " + why);
        assertThat(replicas("set")).isEqualTo(2);
        assertThat(status().getCurrentMetrics()).hasSize(1);
        assertThat(status().getCurrentMetrics().get(0).getType()).isEmpty();
        metrics.problem = "";
        metrics.cpu = 1000;
        cluster.run(16);
        assertThat(replicas("set")).isEqualTo(4);
    }

    @Test
    void ofSeveralMetricsTheGreatestWishCounts() {
        replicas("set", 2, LABELS);
        cluster.run(400);
        metrics.value = 30_000;
        autoscale(spec -> spec.withMetrics(
                CPU, pods("requests", "10"), object("hits", "10k"), external("queue", "25"), memory()));
        cluster.run(1);
        assertThat(replicas("set")).isEqualTo(4); // six are wanted, twice as many are allowed
        assertThat(cluster.eventMessages("ns", "SuccessfulRescale"))
                .containsExactly("New size: 4; reason: pods metric requests above target");
        condition(
                "ScalingLimited",
                "True",
                "ScaleUpLimit",
                "the desired replica count is increasing faster than the maximum scale rate");
        assertThat(status().getCurrentMetrics())
                .extracting(metric -> metric.getType())
                .containsExactly("Resource", "Pods", "Object", "External", "ContainerResource");
        assertThat(status().getCurrentMetrics().get(1).getPods().getCurrent().getAverageValue())
                .isEqualTo(new Quantity("30"));
        assertThat(status().getCurrentMetrics().get(2).getObject().getCurrent().getValue())
                .isEqualTo(new Quantity("30"));
        assertThat(status().getCurrentMetrics()
                        .get(3)
                        .getExternal()
                        .getCurrent()
                        .getAverageValue())
                .isEqualTo(new Quantity("30"));
    }

    @Test
    void withAMetricMissingItGrowsButDoesNotShrink() {
        replicas("set", 4, LABELS);
        cluster.run(400);
        metrics.valueProblem = "unable to fetch metrics from external metrics API: gone";
        metrics.cpu = 10;
        autoscale(spec -> spec.withMetrics(CPU, external("queue", "25")));
        cluster.run(320);
        assertThat(replicas("set")).isEqualTo(4);
        condition(
                "ScalingActive",
                "False",
                "FailedGetExternalMetric",
                "the HPA was unable to compute the replica count: failed to get queue external metric: unable to get"
                        + " external metric ns/queue/nil: " + metrics.valueProblem);
        metrics.cpu = 1000;
        cluster.run(16);
        assertThat(replicas("set")).isEqualTo(8);
    }

    @Test
    void behaviorsHoldItBack() {
        replicas("set", 2, LABELS);
        cluster.run(400);
        metrics.cpu = 5000;
        autoscale(spec -> spec.withMetrics(CPU)
                .withMaxReplicas(50)
                .withNewBehavior()
                .withNewScaleUp()
                .withSelectPolicy("Max")
                .withStabilizationWindowSeconds(0)
                .addNewPolicy()
                .withType("Pods")
                .withValue(3)
                .withPeriodSeconds(60)
                .endPolicy()
                .endScaleUp()
                .endBehavior());
        cluster.run(1);
        assertThat(replicas("set")).isEqualTo(5);
        cluster.run(45);
        assertThat(replicas("set")).isEqualTo(5);
        cluster.run(20);
        assertThat(replicas("set")).isEqualTo(8);
    }

    @Test
    void saysThatTheTargetCannotBeScaled() {
        autoscale(spec -> spec.withMetrics(CPU));
        cluster.run(20);
        condition(
                "AbleToScale",
                "False",
                "FailedGetScale",
                "the HPA controller was unable to get the target's current scale: replicasets.apps \"set\" not found");
        assertThat(cluster.eventMessages("ns", "FailedGetScale")).contains("replicasets.apps \"set\" not found");
        edit(spec -> spec.withNewScaleTargetRef("example.com/v1", "Thing", "set"));
        cluster.run(20);
        condition(
                "AbleToScale",
                "False",
                "FailedGetScale",
                "the HPA controller was unable to get the target's current scale: no matches for kind \"Thing\" in"
                        + " group \"example.com\"");
        edit(spec -> spec.withNewScaleTargetRef("a/b/c", "Thing", "set"));
        cluster.run(20);
        condition(
                "AbleToScale",
                "False",
                "FailedGetScale",
                "the HPA controller was unable to get the target's current scale: unexpected GroupVersion string:"
                        + " a/b/c");
    }

    @Test
    void saysThatTheScaleCouldNotBeWritten() {
        replicas("set", 2, LABELS);
        cluster.run(400);
        metrics.cpu = 1000;
        cluster.api.failWhen(request -> request.info().verb().equals("update")
                        && request.info().subresource().equals("scale")
                ? ApiException.modified(request.info().groupResource(), "set")
                : null);
        autoscale(spec -> spec.withMetrics(CPU));
        cluster.run(1);
        assertThat(condition("AbleToScale").getReason()).isEqualTo("FailedUpdateScale");
        assertThat(cluster.eventMessages("ns", "FailedRescale"))
                .singleElement()
                .asString()
                .startsWith(
                        "New size: 4; reason: cpu resource utilization (percentage of request) above target; error:");
        cluster.api.failWhen(request -> null);
        cluster.run(16);
        assertThat(replicas("set")).isEqualTo(4);
    }

    @Test
    void twoAutoscalersOverTheSamePodsDoNothing() {
        replicas("set", 2, LABELS);
        cluster.run(400);
        metrics.cpu = 1000;
        metrics.problem = "not yet";
        autoscale(spec -> spec.withMetrics(CPU));
        cluster.run(1);
        autoscale("other", spec -> spec.withMetrics(CPU));
        metrics.problem = "";
        cluster.run(40);
        assertThat(replicas("set")).isEqualTo(2);
        condition(
                "ScalingActive",
                "False",
                "AmbiguousSelector",
                "pods by selector app=x are controlled by multiple HPAs: [ns/hpa ns/other]");
        cluster.api
                .client(cluster.timers)
                .resource(ResourceTypes.HORIZONTAL_POD_AUTOSCALERS)
                .delete("ns", "other", new io.coxswain.client.DeleteOptions(null, null, null, null));
        cluster.run(16);
        assertThat(replicas("set")).isEqualTo(4);
    }

    private static MetricSpec utilization(String resource, int percent) {
        return new MetricSpecBuilder()
                .withType("Resource")
                .withNewResource()
                .withName(resource)
                .withNewTarget()
                .withType("Utilization")
                .withAverageUtilization(percent)
                .endTarget()
                .endResource()
                .build();
    }

    private static MetricSpec memory() {
        return new MetricSpecBuilder()
                .withType("ContainerResource")
                .withNewContainerResource()
                .withContainer("main")
                .withName("cpu")
                .withNewTarget()
                .withType("AverageValue")
                .withAverageValue(new Quantity("500m"))
                .endTarget()
                .endContainerResource()
                .build();
    }

    private static MetricSpec pods(String metric, String average) {
        return new MetricSpecBuilder()
                .withType("Pods")
                .withNewPods()
                .withNewMetric()
                .withName(metric)
                .endMetric()
                .withNewTarget()
                .withType("AverageValue")
                .withAverageValue(new Quantity(average))
                .endTarget()
                .endPods()
                .build();
    }

    private static MetricSpec object(String metric, String value) {
        return new MetricSpecBuilder()
                .withType("Object")
                .withNewObject()
                .withNewMetric()
                .withName(metric)
                .endMetric()
                .withNewDescribedObject("v1", "Service", "web")
                .withNewTarget()
                .withType("Value")
                .withValue(new Quantity(value))
                .endTarget()
                .endObject()
                .build();
    }

    private static MetricSpec external(String metric, String average) {
        return new MetricSpecBuilder()
                .withType("External")
                .withNewExternal()
                .withNewMetric()
                .withName(metric)
                .endMetric()
                .withNewTarget()
                .withType("AverageValue")
                .withAverageValue(new Quantity(average))
                .endTarget()
                .endExternal()
                .build();
    }

    private void autoscale(Consumer<HorizontalPodAutoscalerSpecBuilder> spec) {
        autoscale("hpa", spec);
    }

    private void autoscale(String name, Consumer<HorizontalPodAutoscalerSpecBuilder> edit) {
        HorizontalPodAutoscalerSpecBuilder spec = new HorizontalPodAutoscalerSpecBuilder()
                .withNewScaleTargetRef("apps/v1", "ReplicaSet", "set")
                .withMaxReplicas(20);
        edit.accept(spec);
        cluster.api
                .client(cluster.timers)
                .resource(ResourceTypes.HORIZONTAL_POD_AUTOSCALERS)
                .create(new HorizontalPodAutoscalerBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName(name)
                        .endMetadata()
                        .withSpec(spec.build())
                        .build());
    }

    private void edit(Consumer<HorizontalPodAutoscalerSpecBuilder> edit) {
        HorizontalPodAutoscaler autoscaler = cluster.api.get(ResourceTypes.HORIZONTAL_POD_AUTOSCALERS, "ns", "hpa");
        HorizontalPodAutoscalerSpecBuilder spec = new HorizontalPodAutoscalerSpecBuilder(autoscaler.getSpec());
        edit.accept(spec);
        autoscaler.setSpec(spec.build());
        cluster.api
                .client(cluster.timers)
                .resource(ResourceTypes.HORIZONTAL_POD_AUTOSCALERS)
                .update(autoscaler);
    }

    private HorizontalPodAutoscalerStatus status() {
        return cluster.api
                .get(ResourceTypes.HORIZONTAL_POD_AUTOSCALERS, "ns", "hpa")
                .getStatus();
    }

    private HorizontalPodAutoscalerCondition condition(String type) {
        return status().getConditions().stream()
                .filter(condition -> condition.getType().equals(type))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no condition " + type + " in " + status()));
    }

    private void condition(String type, String value, String reason, String message) {
        assertThat(condition(type).getReason()).isEqualTo(reason);
        assertThat(condition(type).getStatus()).isEqualTo(value);
        assertThat(condition(type).getMessage()).isEqualTo(message);
    }

    private int replicas(String name) {
        return cluster.api.get(ResourceTypes.REPLICA_SETS, "ns", name).getSpec().getReplicas();
    }

    private void replicas(String name, int replicas, Map<String, String> labels) {
        PodTemplateSpec template = new PodTemplateSpecBuilder(SimulatedCluster.template("i", labels))
                .editSpec()
                .editContainer(0)
                .withNewResources()
                .addToRequests("cpu", new Quantity("1"))
                .endResources()
                .endContainer()
                .endSpec()
                .build();
        cluster.api
                .client(cluster.timers)
                .resource(ResourceTypes.REPLICA_SETS)
                .create(new ReplicaSetBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(replicas)
                        .withSelector(SimulatedCluster.selector(labels).build())
                        .withTemplate(template)
                        .endSpec()
                        .build());
    }
}
