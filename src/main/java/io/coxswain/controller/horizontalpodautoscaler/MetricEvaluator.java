package io.coxswain.controller.horizontalpodautoscaler;

import io.coxswain.controller.horizontalpodautoscaler.ReplicaCalculator.Proposal;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.quantity.Quantity;
import io.coxswain.meta.selector.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.autoscaling.v2.CrossVersionObjectReference;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricIdentifier;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpec;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricStatus;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricStatusBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricTarget;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricValueStatus;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one of an autoscaler's metrics asks for: measures, calculates, and words both success and failure as upstream does. */
final class MetricEvaluator {
    private final MetricsSource source;
    private final ReplicaCalculator calculator;

    MetricEvaluator(MetricsSource source, ReplicaCalculator calculator) {
        this.source = source;
        this.calculator = calculator;
    }

    /** What is scaled: its namespace, which pods it has, and how many it is to have and says it has. */
    record Target(String namespace, LabelSelector selector, List<Pod> pods, int replicas, int statusReplicas) {}

    /**
     * What a metric asks for.
     *
     * @param name as it stands in the reason of an event
     */
    record Evaluation(int replicas, String name, MetricStatus status) {}

    /** A metric that asks for nothing. The message is the condition's; {@link #summary} that of the whole failure. */
    static final class UnusableException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String reason;
        private final String summary;

        private UnusableException(String reason, String message, String summary) {
            super(message);
            this.reason = reason;
            this.summary = summary + message;
        }

        String reason() {
            return reason;
        }

        String summary() {
            return summary;
        }
    }

    Evaluation evaluate(MetricSpec spec, Target target) throws UnusableException {
        String type = spec.getType() == null ? "" : spec.getType();
        return switch (type) {
            case "Resource" -> {
                String resource = spec.getResource().getName();
                yield guarded(
                        "FailedGetResourceMetric",
                        "failed to get " + resource + " resource metric value: ",
                        () -> resource(resource, "", spec.getResource().getTarget(), target));
            }
            case "ContainerResource" -> {
                String container = spec.getContainerResource().getContainer();
                yield guarded(
                        "FailedGetContainerResourceMetric",
                        "failed to get " + container + " container metric value: ",
                        () -> resource(
                                spec.getContainerResource().getName(),
                                container,
                                spec.getContainerResource().getTarget(),
                                target));
            }
            case "Pods" ->
                guarded("FailedGetPodsMetric", "failed to get pods metric value: ", () -> pods(spec, target));
            case "Object" ->
                guarded("FailedGetObjectMetric", "failed to get object metric value: ", () -> object(spec, target));
            case "External" ->
                guarded(
                        "FailedGetExternalMetric",
                        "failed to get " + spec.getExternal().getMetric().getName() + " external metric value: ",
                        () -> external(spec, target));
            default ->
                throw new UnusableException(
                        "InvalidMetricSourceType", "unknown metric source type \"" + type + "\"", "");
        };
    }

    /** One kind of metric. */
    private interface Measurement {
        Evaluation measure() throws MetricsException;
    }

    private static Evaluation guarded(String reason, String summary, Measurement measurement) throws UnusableException {
        try {
            return measurement.measure();
        } catch (MetricsException e) {
            throw new UnusableException(reason, String.valueOf(e.getMessage()), summary);
        } catch (ApiException e) {
            // A selector that is none, or discovery that failed.
            throw new UnusableException(reason, e.getMessage() == null ? "" : e.getMessage(), summary);
        }
    }

    private Evaluation resource(String resource, String container, MetricTarget wanted, Target target)
            throws MetricsException {
        boolean plain = wanted.getAverageValue() != null;
        if (!plain && wanted.getAverageUtilization() == null) {
            throw new MetricsException("invalid resource metric source: neither an average utilization target nor an"
                    + " average value (usage) target was set");
        }
        String what = "failed to get " + resource + (plain ? " usage: " : " utilization: ");
        Map<String, PodMetric> usage;
        try {
            usage = source.usage(target.namespace(), target.selector(), resource, container);
        } catch (MetricsException e) {
            throw new MetricsException(what + "unable to get metrics for resource " + resource + ": " + e.getMessage());
        }
        try {
            Proposal proposal = plain
                    ? calculator.byMean(
                            target.replicas(), milli(wanted.getAverageValue()), resource, target.pods(), usage)
                    : calculator.byUtilization(
                            target.replicas(),
                            wanted.getAverageUtilization(),
                            resource,
                            container,
                            target.pods(),
                            usage);
            MetricValueStatus current =
                    new MetricValueStatus(plain ? null : proposal.percent(), quantity(proposal.milliValue()), null);
            String kind = container.isEmpty() ? " resource" : " container resource";
            return new Evaluation(
                    proposal.replicas(),
                    plain ? resource + " resource" : resource + kind + " utilization (percentage of request)",
                    status(resource, container, current));
        } catch (MetricsException e) {
            throw new MetricsException(what + e.getMessage());
        }
    }

    private static MetricStatus status(String resource, String container, MetricValueStatus current) {
        return container.isEmpty()
                ? new MetricStatusBuilder()
                        .withType("Resource")
                        .withNewResource()
                        .withName(resource)
                        .withCurrent(current)
                        .endResource()
                        .build()
                : new MetricStatusBuilder()
                        .withType("ContainerResource")
                        .withNewContainerResource()
                        .withContainer(container)
                        .withName(resource)
                        .withCurrent(current)
                        .endContainerResource()
                        .build();
    }

    private Evaluation pods(MetricSpec spec, Target target) throws MetricsException {
        MetricIdentifier metric = spec.getPods().getMetric();
        Map<String, PodMetric> values;
        try {
            values = source.ofPods(target.namespace(), target.selector(), metric.getName(), series(metric));
        } catch (MetricsException e) {
            throw new MetricsException("unable to get metric " + metric.getName() + ": " + e.getMessage());
        }
        long wanted = milli(spec.getPods().getTarget().getAverageValue());
        Proposal proposal = calculator.byMean(target.replicas(), wanted, "", target.pods(), values);
        MetricStatus status = new MetricStatusBuilder()
                .withType("Pods")
                .withNewPods()
                .withMetric(metric)
                .withCurrent(new MetricValueStatus(null, quantity(proposal.milliValue()), null))
                .endPods()
                .build();
        return new Evaluation(proposal.replicas(), "pods metric " + metric.getName(), status);
    }

    private Evaluation object(MetricSpec spec, Target target) throws MetricsException {
        MetricIdentifier metric = spec.getObject().getMetric();
        CrossVersionObjectReference object = spec.getObject().getDescribedObject();
        MetricTarget wanted = spec.getObject().getTarget();
        boolean whole = "Value".equals(wanted.getType()) && wanted.getValue() != null;
        if (!whole && !("AverageValue".equals(wanted.getType()) && wanted.getAverageValue() != null)) {
            throw new MetricsException(
                    "invalid object metric source: neither a value target nor an average value target was set");
        }
        long value;
        try {
            value = source.ofObject(
                    target.namespace(),
                    object.getApiVersion() == null ? "" : object.getApiVersion(),
                    object.getKind(),
                    object.getName(),
                    metric.getName(),
                    series(metric));
        } catch (MetricsException e) {
            // Upstream's words, whose order is a slip that tools have learned.
            throw new MetricsException((whole ? "" : "failed to get " + metric.getName() + " object metric: ")
                    + "unable to get metric " + metric.getName() + ": " + object.getKind() + " on "
                    + target.namespace() + " " + object.getName() + "/" + e.getMessage());
        }
        Proposal proposal = proposal(wanted, whole, value, target);
        MetricStatus status = new MetricStatusBuilder()
                .withType("Object")
                .withNewObject()
                .withMetric(metric)
                .withDescribedObject(object)
                .withCurrent(current(whole, proposal))
                .endObject()
                .build();
        String name = whole
                ? object.getKind() + " metric " + metric.getName()
                : "external metric " + metric.getName() + "(" + SelectorText.of(metric.getSelector()) + ")";
        return new Evaluation(proposal.replicas(), name, status);
    }

    private Evaluation external(MetricSpec spec, Target target) throws MetricsException {
        MetricIdentifier metric = spec.getExternal().getMetric();
        MetricTarget wanted = spec.getExternal().getTarget();
        boolean whole = wanted.getAverageValue() == null;
        if (whole && wanted.getValue() == null) {
            throw new MetricsException(
                    "invalid external metric source: neither a value target nor an average value target was set");
        }
        String selector = SelectorText.of(metric.getSelector());
        long value;
        try {
            value = source.external(target.namespace(), metric.getName(), series(metric)).stream()
                    .reduce(0L, ReplicaCalculator::sum);
        } catch (MetricsException e) {
            String what = whole ? "external metric " + metric.getName() : metric.getName() + " external metric";
            throw new MetricsException("failed to get " + what + ": unable to get external metric " + target.namespace()
                    + "/" + metric.getName() + "/" + selector + ": " + e.getMessage());
        }
        Proposal proposal = proposal(wanted, whole, value, target);
        MetricStatus status = new MetricStatusBuilder()
                .withType("External")
                .withNewExternal()
                .withMetric(metric)
                .withCurrent(current(whole, proposal))
                .endExternal()
                .build();
        return new Evaluation(
                proposal.replicas(), "external metric " + metric.getName() + "(" + selector + ")", status);
    }

    private Proposal proposal(MetricTarget wanted, boolean whole, long value, Target target) throws MetricsException {
        return whole
                ? calculator.byValue(target.replicas(), value, milli(wanted.getValue()), target.pods())
                : calculator.byShare(target.statusReplicas(), value, milli(wanted.getAverageValue()));
    }

    private static MetricValueStatus current(boolean whole, Proposal proposal) {
        io.fabric8.kubernetes.api.model.Quantity amount = quantity(proposal.milliValue());
        return whole ? new MetricValueStatus(null, null, amount) : new MetricValueStatus(null, amount, null);
    }

    /** No selector at all means every series. */
    private static LabelSelector series(MetricIdentifier metric) {
        return metric.getSelector() == null ? LabelSelector.everything() : SelectorText.parsed(metric.getSelector());
    }

    private static long milli(io.fabric8.kubernetes.api.model.@Nullable Quantity amount) {
        return amount == null ? 0 : Quantity.parse(amount.toString()).milliValue();
    }

    private static io.fabric8.kubernetes.api.model.Quantity quantity(long milli) {
        return new io.fabric8.kubernetes.api.model.Quantity(
                Quantity.ofMillis(milli).toString());
    }
}
