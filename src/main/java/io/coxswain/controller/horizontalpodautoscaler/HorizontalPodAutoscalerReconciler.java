package io.coxswain.controller.horizontalpodautoscaler;

import io.coxswain.client.EventRecorder;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.horizontalpodautoscaler.MetricEvaluator.Evaluation;
import io.coxswain.controller.horizontalpodautoscaler.MetricEvaluator.UnusableException;
import io.coxswain.controller.horizontalpodautoscaler.ScalingHistory.Decision;
import io.coxswain.controller.runtime.ReconcileException;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.ServedKinds;
import io.coxswain.controller.runtime.Timestamps;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.selector.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.autoscaling.v2.CrossVersionObjectReference;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerStatus;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerStatusBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricSpec;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricStatus;
import io.fabric8.kubernetes.api.model.autoscaling.v2.MetricStatusBuilder;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The HorizontalPodAutoscaler loop. Looks at each autoscaler every 15 seconds and when its spec changes; metrics come when they
 * come, so nothing else wakes it, and a failure waits its 15 seconds, too.
 */
@Dependent
public class HorizontalPodAutoscalerReconciler implements Reconciler {
    public static final String NAME = "horizontal-pod-autoscaler";

    private static final Duration SYNC_PERIOD = Duration.ofSeconds(15);
    private static final int WORKERS = 5;

    private final MetricEvaluator evaluator;
    private final Clock clock;
    private final Map<Key, ScalingHistory> histories = new ConcurrentHashMap<>();
    private final Map<Key, LabelSelector> selectors = new ConcurrentHashMap<>();

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<HorizontalPodAutoscaler> autoscalers;

    @SuppressWarnings("NullAway.Init")
    private Lister<Pod> pods;

    @SuppressWarnings("NullAway.Init")
    private Watches watches;

    @SuppressWarnings("NullAway.Init")
    private ServedKinds kinds;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<HorizontalPodAutoscaler> client;

    @SuppressWarnings("NullAway.Init")
    private EventRecorder events;

    @Inject
    public HorizontalPodAutoscalerReconciler(MetricsSource metrics, Clock clock) {
        this.evaluator = new MetricEvaluator(metrics, new ReplicaCalculator(clock));
        this.clock = clock;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String queueName() {
        return "horizontalpodautoscaler";
    }

    @Override
    public int workers() {
        return WORKERS;
    }

    @Override
    public Optional<Duration> retryAfter() {
        return Optional.of(SYNC_PERIOD);
    }

    @Override
    public void setUp(Watches watches) {
        this.watches = watches;
        kinds = new ServedKinds(watches.client());
        client = watches.client().resource(ResourceTypes.HORIZONTAL_POD_AUTOSCALERS);
        events = watches.events();
        autoscalers = watches.changes(
                        ResourceTypes.HORIZONTAL_POD_AUTOSCALERS, HorizontalPodAutoscalerReconciler::changed)
                .lister();
        pods = watches.cache(ResourceTypes.PODS).lister();
    }

    /** What the loop itself writes is no reason to look again. */
    private static Collection<Key> changed(
            @Nullable HorizontalPodAutoscaler old, @Nullable HorizontalPodAutoscaler now) {
        HorizontalPodAutoscaler either = now == null ? old : now;
        boolean same = old != null && now != null && Objects.equals(old.getSpec(), now.getSpec());
        return either == null || same
                ? List.of()
                : List.of(new Key(
                        either.getMetadata().getNamespace(),
                        either.getMetadata().getName()));
    }

    @Override
    public Result reconcile(Key key) throws ReconcileException {
        Optional<HorizontalPodAutoscaler> found = autoscalers.get(key.namespace(), key.name());
        if (found.isEmpty()) {
            histories.remove(key);
            selectors.remove(key);
            return Result.done();
        }
        new Pass(key, found.get()).run();
        return Result.after(SYNC_PERIOD);
    }

    /** One look at one autoscaler. */
    private final class Pass {
        private final Key key;
        private final HorizontalPodAutoscaler autoscaler;
        private final HorizontalPodAutoscalerStatus before;
        private final Instant now = clock.instant();
        private final AutoscalerConditions conditions;
        private final ScalingHistory history;
        private List<MetricStatus> measured = List.of();

        Pass(Key key, HorizontalPodAutoscaler autoscaler) {
            this.key = key;
            this.autoscaler = autoscaler;
            this.before = autoscaler.getStatus() == null ? new HorizontalPodAutoscalerStatus() : autoscaler.getStatus();
            this.conditions =
                    new AutoscalerConditions(before.getConditions() == null ? List.of() : before.getConditions(), now);
            this.history = histories.computeIfAbsent(key, name -> new ScalingHistory());
        }

        void run() throws ReconcileException {
            Scale scale = scale();
            conditions.set(
                    AutoscalerConditions.ABLE,
                    true,
                    "SucceededGetScale",
                    "the HPA controller was able to get the target's current scale");
            int current = scale.replicas();
            history.found(current, now);
            int least = autoscaler.getSpec().getMinReplicas() == null
                    ? 1
                    : autoscaler.getSpec().getMinReplicas();
            int most = autoscaler.getSpec().getMaxReplicas();
            if (current == 0 && least != 0) {
                conditions.set(
                        AutoscalerConditions.ACTIVE,
                        false,
                        "ScalingDisabled",
                        "scaling is disabled since the replica count of the target is zero");
                writeStatus(current, current, false);
            } else if (current > most) {
                rescale(scale, most, "Current number of replicas above Spec.MaxReplicas");
            } else if (current < least) {
                rescale(scale, least, "Current number of replicas below Spec.MinReplicas");
            } else {
                byMetrics(scale, least, most);
            }
        }

        private Scale scale() throws ReconcileException {
            CrossVersionObjectReference target = autoscaler.getSpec().getScaleTargetRef();
            String version = target.getApiVersion() == null ? "" : target.getApiVersion();
            String failed = "failed to query scale subresource for " + reference() + ": ";
            if (version.indexOf('/') != version.lastIndexOf('/')) {
                throw noScale(
                        "invalid API version in scale target reference: ",
                        "unexpected GroupVersion string: " + version);
            }
            String group = ServedKinds.group(version);
            try {
                return Scale.read(
                        watches.client()
                                .resource(kinds.find(group, target.getKind())
                                        .orElseThrow(() -> noScale(
                                                "unable to determine resource for scale target reference: ",
                                                "no matches for kind \"" + target.getKind() + "\" in group \"" + group
                                                        + "\""))),
                        key.namespace(),
                        target.getName());
            } catch (ApiException e) {
                throw noScale(failed, String.valueOf(e.getMessage()));
            }
        }

        private ReconcileException noScale(String what, String why) {
            events.event(autoscaler, "Warning", "FailedGetScale", why);
            conditions.set(
                    AutoscalerConditions.ABLE,
                    false,
                    "FailedGetScale",
                    "the HPA controller was unable to get the target's current scale: " + why);
            write(new HorizontalPodAutoscalerStatusBuilder(before)
                    .withConditions(conditions.list())
                    .build());
            return new ReconcileException(what + why);
        }

        private String reference() {
            CrossVersionObjectReference target = autoscaler.getSpec().getScaleTargetRef();
            return target.getKind() + "/" + key.namespace() + "/" + target.getName();
        }

        private void byMetrics(Scale scale, int least, int most) throws ReconcileException {
            int current = scale.replicas();
            Wish wish;
            try {
                wish = measure(scale);
            } catch (ReconcileException e) {
                writeStatus(current, desired(), false);
                events.event(autoscaler, "Warning", "FailedComputeMetricsReplicas", String.valueOf(e.getMessage()));
                throw new ReconcileException("failed to compute desired number of replicas based on listed metrics for "
                        + reference() + ": " + e.getMessage());
            }
            Decision decision = autoscaler.getSpec().getBehavior() == null
                    ? history.decide(current, wish.replicas(), least, most, now)
                    : history.decide(autoscaler.getSpec().getBehavior(), current, wish.replicas(), least, most, now);
            conditions.set(AutoscalerConditions.ABLE, true, decision.able());
            conditions.set(AutoscalerConditions.LIMITED, decision.isLimited(), decision.limited());
            if (decision.replicas() == current) {
                writeStatus(current, current, false);
            } else {
                String above = wish.replicas() > current ? wish.metric() + " above target" : "";
                rescale(scale, decision.replicas(), wish.replicas() < current ? "All metrics below target" : above);
            }
            if (wish.problem().isPresent()) {
                throw new ReconcileException(wish.problem().get());
            }
        }

        private int desired() {
            return before.getDesiredReplicas() == null ? 0 : before.getDesiredReplicas();
        }

        private Wish measure(Scale scale) throws ReconcileException {
            LabelSelector selector = selector(scale.selector());
            List<Pod> selected = selected(selector);
            refuseSharedPods(scale.selector(), selected);
            MetricEvaluator.Target target = new MetricEvaluator.Target(
                    key.namespace(), selector, selected, scale.replicas(), scale.statusReplicas());
            List<MetricSpec> metrics = autoscaler.getSpec().getMetrics();
            List<MetricStatus> statuses = new ArrayList<>();
            Evaluation greatest = null;
            UnusableException first = null;
            int unusable = 0;
            for (MetricSpec metric : metrics) {
                try {
                    Evaluation evaluation = evaluator.evaluate(metric, target);
                    statuses.add(evaluation.status());
                    if (greatest == null || evaluation.replicas() > greatest.replicas()) {
                        greatest = evaluation;
                    }
                } catch (UnusableException e) {
                    events.event(autoscaler, "Warning", e.reason(), String.valueOf(e.getMessage()));
                    statuses.add(new MetricStatusBuilder().withType("").build());
                    first = first == null ? e : first;
                    unusable++;
                }
            }
            measured = statuses;
            Optional<String> problem = first == null
                    ? Optional.empty()
                    : Optional.of("invalid metrics (" + unusable + " invalid out of " + metrics.size()
                            + "), first error is: " + first.summary());
            // With a metric missing it may grow, not shrink: the missing one might forbid it.
            if (greatest == null || (first != null && greatest.replicas() < scale.replicas())) {
                if (first != null) {
                    conditions.set(
                            AutoscalerConditions.ACTIVE,
                            false,
                            first.reason(),
                            "the HPA was unable to compute the replica count: " + first.getMessage());
                }
                throw new ReconcileException(problem.orElse("no metrics are given"));
            }
            conditions.set(
                    AutoscalerConditions.ACTIVE,
                    true,
                    "ValidMetricFound",
                    "the HPA was able to successfully calculate a replica count from " + greatest.name());
            return new Wish(greatest.replicas(), greatest.name(), problem);
        }

        private LabelSelector selector(String text) throws ReconcileException {
            if (text.isEmpty()) {
                throw invalidSelector(
                        "SelectorRequired", "selector is required", "the HPA target's scale is missing a selector");
            }
            try {
                return LabelSelector.parse(text);
            } catch (ApiException e) {
                String message =
                        "couldn't convert selector into a corresponding internal selector object: " + e.getMessage();
                throw invalidSelector("InvalidSelector", message, message);
            }
        }

        private ReconcileException invalidSelector(String event, String message, String condition) {
            events.event(autoscaler, "Warning", event, message);
            conditions.set(AutoscalerConditions.ACTIVE, false, "InvalidSelector", condition);
            return new ReconcileException(message);
        }

        private List<Pod> selected(LabelSelector selector) {
            selectors.put(key, selector);
            return pods.list(key.namespace()).stream()
                    .filter(pod -> matches(selector, pod))
                    .toList();
        }

        /** Two autoscalers over the same pods would undo each other's work. */
        private void refuseSharedPods(String selector, List<Pod> selected) throws ReconcileException {
            List<String> others = selectors.entrySet().stream()
                    .filter(entry -> entry.getKey().namespace().equals(key.namespace()))
                    .filter(entry -> selected.stream().anyMatch(pod -> matches(entry.getValue(), pod)))
                    .map(entry -> entry.getKey().toString())
                    .sorted()
                    .toList();
            if (others.size() > 1) {
                String message = "pods by selector " + selector + " are controlled by multiple HPAs: ["
                        + String.join(" ", others) + "]";
                events.event(autoscaler, "Warning", "AmbiguousSelector", message);
                conditions.set(AutoscalerConditions.ACTIVE, false, "AmbiguousSelector", message);
                throw new ReconcileException(message);
            }
        }

        private void rescale(Scale scale, int replicas, String reason) throws ReconcileException {
            int current = scale.replicas();
            String size = "New size: " + replicas + "; reason: " + reason;
            try {
                scale.write(replicas);
            } catch (ApiException e) {
                events.event(autoscaler, "Warning", "FailedRescale", size + "; error: " + e.getMessage());
                conditions.set(
                        AutoscalerConditions.ABLE,
                        false,
                        "FailedUpdateScale",
                        "the HPA controller was unable to update the target scale: " + e.getMessage());
                writeStatus(current, desired(), false);
                throw new ReconcileException("failed to rescale " + reference() + ": " + e.getMessage());
            }
            conditions.set(
                    AutoscalerConditions.ABLE,
                    true,
                    "SucceededRescale",
                    "the HPA controller was able to update the target scale to " + replicas);
            events.event(autoscaler, "Normal", "SuccessfulRescale", size);
            if (autoscaler.getSpec().getBehavior() != null) {
                history.changed(autoscaler.getSpec().getBehavior(), current, replicas, now);
            }
            writeStatus(current, replicas, true);
        }

        private void writeStatus(int current, int desired, boolean rescaled) {
            write(new HorizontalPodAutoscalerStatusBuilder(before)
                    .withCurrentReplicas(current)
                    .withDesiredReplicas(desired)
                    .withLastScaleTime(rescaled ? Timestamps.of(now) : before.getLastScaleTime())
                    .withCurrentMetrics(measured)
                    .withConditions(conditions.list())
                    .build());
        }

        private void write(HorizontalPodAutoscalerStatus status) {
            if (status.equals(before)) {
                return;
            }
            try {
                client.updateStatus(new HorizontalPodAutoscalerBuilder(autoscaler)
                        .withStatus(status)
                        .build());
            } catch (ApiException e) {
                if (!e.isNotFound()) {
                    events.event(autoscaler, "Warning", "FailedUpdateStatus", String.valueOf(e.getMessage()));
                    throw e;
                }
            }
        }
    }

    /**
     * What all metrics together ask for.
     *
     * @param metric the name of the one that asks for most
     * @param problem with other metrics
     */
    private record Wish(int replicas, String metric, Optional<String> problem) {}

    private static boolean matches(LabelSelector selector, Pod pod) {
        Map<String, String> labels = pod.getMetadata().getLabels();
        return selector.matches(labels == null ? Map.of() : labels);
    }
}
