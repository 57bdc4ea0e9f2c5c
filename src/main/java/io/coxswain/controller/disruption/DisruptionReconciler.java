package io.coxswain.controller.disruption;

import io.coxswain.client.EventRecorder;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.client.Selectors;
import io.coxswain.controller.runtime.Pods;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Timestamps;
import io.coxswain.controller.runtime.Watches;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatus;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatusBuilder;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The PodDisruptionBudget loop. */
@Dependent
public class DisruptionReconciler implements Reconciler {
    private static final String ALLOWED = "DisruptionAllowed";

    /** A pod whose eviction was granted but which has not gone after this long is believed to stay. */
    private static final Duration EVICTION_TAKES = Duration.ofMinutes(2);

    private final Clock clock;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<PodDisruptionBudget> budgets;

    @SuppressWarnings("NullAway.Init")
    private Lister<Pod> pods;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<PodDisruptionBudget> client;

    @SuppressWarnings("NullAway.Init")
    private Scales scales;

    @SuppressWarnings("NullAway.Init")
    private EventRecorder events;

    @Inject
    public DisruptionReconciler(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "disruption-controller";
    }

    @Override
    public String queueName() {
        return "disruption";
    }

    @Override
    public void setUp(Watches watches) {
        client = watches.client().resource(ResourceTypes.POD_DISRUPTION_BUDGETS);
        scales = new Scales(watches.client());
        events = watches.events();
        budgets = watches.primary(ResourceTypes.POD_DISRUPTION_BUDGETS).lister();
        pods = watches.map(ResourceTypes.PODS, this::budgetsOf).lister();
        // A change of an owner's size is told by no pod.
        watches.map(
                ResourceTypes.DEPLOYMENTS,
                owner -> inNamespace(owner.getMetadata().getNamespace()));
        watches.map(
                ResourceTypes.STATEFUL_SETS,
                owner -> inNamespace(owner.getMetadata().getNamespace()));
        watches.map(
                ResourceTypes.REPLICATION_CONTROLLERS,
                owner -> inNamespace(owner.getMetadata().getNamespace()));
    }

    private Collection<Key> budgetsOf(Pod pod) {
        return keys(budgets.list(pod.getMetadata().getNamespace()).stream().filter(budget -> covers(budget, pod)));
    }

    private Collection<Key> inNamespace(String namespace) {
        return keys(budgets.list(namespace).stream());
    }

    private static List<Key> keys(Stream<PodDisruptionBudget> budgets) {
        return budgets.map(budget -> new Key(
                        budget.getMetadata().getNamespace(),
                        budget.getMetadata().getName()))
                .toList();
    }

    private static boolean covers(PodDisruptionBudget budget, Pod pod) {
        return Selectors.matches(
                budget.getSpec().getSelector(), pod.getMetadata().getLabels());
    }

    @Override
    public Result reconcile(Key key) {
        Optional<PodDisruptionBudget> found = budgets.get(key.namespace(), key.name());
        if (found.isEmpty()) {
            return Result.done();
        }
        PodDisruptionBudget budget = found.get();
        List<Pod> covered = pods.list(key.namespace()).stream()
                .filter(pod -> covers(budget, pod))
                .toList();
        if (covered.isEmpty()) {
            events.event(budget, "Normal", "NoPods", "No matching pods found");
        }
        Instant now = clock.instant();
        Counts counts;
        try {
            counts = count(budget, covered);
        } catch (Scales.UncountableException e) {
            String message = "Failed to calculate the number of expected pods: " + e.getMessage();
            events.event(budget, "Warning", "CalculateExpectedPodCountFailed", message);
            write(budget, failed(budget, String.valueOf(e.getMessage()), now));
            return Result.done();
        }
        Map<String, String> disrupted = disrupted(budget, covered, now);
        write(budget, status(budget, covered, counts, disrupted, now));
        return disrupted.values().stream()
                .flatMap(time -> Pods.time(time).stream())
                .map(time -> Duration.between(now, time.plus(EVICTION_TAKES)))
                .min(Duration::compareTo)
                .map(wait -> Result.after(wait.plusMillis(1)))
                .orElse(Result.done());
    }

    private record Counts(int expected, int desired) {}

    private Counts count(PodDisruptionBudget budget, List<Pod> covered) {
        IntOrString most = budget.getSpec().getMaxUnavailable();
        IntOrString least = budget.getSpec().getMinAvailable();
        if (most != null) {
            int expected = scales.expected(covered);
            return new Counts(expected, Math.max(0, expected - scaled(most, expected)));
        }
        if (least == null) {
            return new Counts(0, 0);
        }
        // A plain number needs no owner: the pods that are there are all there is to know.
        int expected = least.getIntVal() != null ? covered.size() : scales.expected(covered);
        return new Counts(expected, scaled(least, expected));
    }

    /** Percentages are rounded up. */
    private static int scaled(IntOrString value, int total) {
        if (value.getIntVal() != null) {
            return value.getIntVal();
        }
        String text = value.getStrVal();
        if (text == null || !text.matches("\\d{1,9}%")) {
            throw new Scales.UncountableException(
                    "invalid value for IntOrString: invalid type: string is not a percentage");
        }
        return (int) Math.ceil(Long.parseLong(text.substring(0, text.length() - 1)) * (double) total / 100);
    }

    /** Pods whose eviction was granted and that have not shown to be on their way out yet. */
    private static Map<String, String> disrupted(PodDisruptionBudget budget, List<Pod> covered, Instant now) {
        Map<String, String> before = status(budget).getDisruptedPods();
        Map<String, String> open = new LinkedHashMap<>();
        if (before == null) {
            return open;
        }
        for (Pod pod : covered) {
            String name = pod.getMetadata().getName();
            String granted = before.get(name);
            if (granted == null || Pods.isBeingDeleted(pod)) {
                continue;
            }
            boolean late = Pods.time(granted)
                    .filter(time -> time.plus(EVICTION_TAKES).isAfter(now))
                    .isEmpty();
            if (!late) {
                open.put(name, granted);
            }
        }
        return open;
    }

    private static PodDisruptionBudgetStatus status(PodDisruptionBudget budget) {
        return budget.getStatus() == null ? new PodDisruptionBudgetStatus() : budget.getStatus();
    }

    private PodDisruptionBudgetStatus status(
            PodDisruptionBudget budget, List<Pod> covered, Counts counts, Map<String, String> disrupted, Instant now) {
        int healthy = (int) covered.stream()
                .filter(pod -> !Pods.isBeingDeleted(pod))
                .filter(pod -> !disrupted.containsKey(pod.getMetadata().getName()))
                .filter(Pods::isReady)
                .count();
        int allowed = counts.expected() <= 0 ? 0 : Math.max(0, healthy - counts.desired());
        return new PodDisruptionBudgetStatusBuilder(status(budget))
                .withObservedGeneration(budget.getMetadata().getGeneration())
                .withExpectedPods(counts.expected())
                .withCurrentHealthy(healthy)
                .withDesiredHealthy(counts.desired())
                .withDisruptionsAllowed(allowed)
                .withDisruptedPods(disrupted)
                .withConditions(conditions(
                        budget,
                        allowed > 0 ? "True" : "False",
                        allowed > 0 ? "SufficientPods" : "InsufficientPods",
                        "",
                        now))
                .build();
    }

    /** What cannot be counted allows nothing. */
    private static PodDisruptionBudgetStatus failed(PodDisruptionBudget budget, String why, Instant now) {
        return new PodDisruptionBudgetStatusBuilder(status(budget))
                .withObservedGeneration(budget.getMetadata().getGeneration())
                .withDisruptionsAllowed(0)
                .withConditions(conditions(budget, "False", "SyncFailed", why, now))
                .build();
    }

    private static List<Condition> conditions(
            PodDisruptionBudget budget, String value, String reason, String message, Instant now) {
        List<Condition> all = new ArrayList<>(status(budget).getConditions());
        Optional<Condition> known = all.stream()
                .filter(condition -> ALLOWED.equals(condition.getType()))
                .findFirst();
        String since = known.filter(condition -> value.equals(condition.getStatus()))
                .map(Condition::getLastTransitionTime)
                .orElseGet(() -> Timestamps.of(now));
        Condition condition = new ConditionBuilder()
                .withType(ALLOWED)
                .withStatus(value)
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(since)
                .withObservedGeneration(budget.getMetadata().getGeneration())
                .build();
        known.ifPresentOrElse(old -> all.set(all.indexOf(old), condition), () -> all.add(condition));
        return all;
    }

    /** With the version that was counted from: an eviction granted meanwhile must not be undone. */
    private void write(PodDisruptionBudget budget, PodDisruptionBudgetStatus status) {
        if (!status.equals(budget.getStatus())) {
            client.updateStatus(
                    new PodDisruptionBudgetBuilder(budget).withStatus(status).build());
        }
    }
}
