package io.coxswain.controller.daemonset;

import io.coxswain.client.EventRecorder;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.client.Selectors;
import io.coxswain.controller.runtime.Claims;
import io.coxswain.controller.runtime.Expectations;
import io.coxswain.controller.runtime.FailedPodBackoff;
import io.coxswain.controller.runtime.LatestWrites;
import io.coxswain.controller.runtime.Nodes;
import io.coxswain.controller.runtime.OwnedPodChanges;
import io.coxswain.controller.runtime.OwnedPods;
import io.coxswain.controller.runtime.PodWrites;
import io.coxswain.controller.runtime.Pods;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.RevisionHistory;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatus;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatusBuilder;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The DaemonSet loop. */
@Dependent
public class DaemonSetReconciler implements Reconciler {
    /** At most so many pods are made or deleted in one go. */
    /** Of a failed pod, before it is replaced; upstream's. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

    private static final int BURST = 250;

    private static final int DEFAULT_HISTORY = 10;
    private static final String KIND = "DaemonSet";

    private final Clock clock;
    private final FailedPodBackoff backoff = new FailedPodBackoff(LONGEST_WAIT);
    private final LatestWrites<DaemonSet> latest = new LatestWrites<>();

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Expectations expectations;

    @SuppressWarnings("NullAway.Init")
    private Lister<DaemonSet> sets;

    @SuppressWarnings("NullAway.Init")
    private Lister<Node> nodes;

    @SuppressWarnings("NullAway.Init")
    private OwnedPods pods;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<DaemonSet> setClient;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<Pod> podClient;

    @SuppressWarnings("NullAway.Init")
    private RevisionHistory history;

    @SuppressWarnings("NullAway.Init")
    private PodWrites writes;

    @SuppressWarnings("NullAway.Init")
    private EventRecorder events;

    @Inject
    public DaemonSetReconciler(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "daemon-set-controller";
    }

    @Override
    public String queueName() {
        return "daemonset";
    }

    @Override
    public void setUp(Watches watches) {
        setClient = watches.client().resource(ResourceTypes.DAEMON_SETS);
        podClient = watches.client().resource(ResourceTypes.PODS);
        events = watches.events();
        expectations = new Expectations(watches.steady());
        sets = watches.primary(ResourceTypes.DAEMON_SETS).lister();
        nodes = watches.changes(ResourceTypes.NODES, this::nodeChanged).lister();
        OwnedPodChanges changes = new OwnedPodChanges(
                KIND,
                expectations,
                pod -> keys(sets.list(pod.getMetadata().getNamespace()).stream()
                        .filter(set -> Selectors.matches(
                                set.getSpec().getSelector(), pod.getMetadata().getLabels()))));
        pods = new OwnedPods(watches.changes(ResourceTypes.PODS, changes::changed));
        history = new RevisionHistory(
                watches.client().resource(ResourceTypes.CONTROLLER_REVISIONS),
                watches.cache(ResourceTypes.CONTROLLER_REVISIONS).lister(),
                DaemonPods.HASH);
        writes = new PodWrites(podClient, events, expectations);
    }

    /** Heartbeats change nodes all the time; only labels and taints say where pods belong. */
    private Collection<Key> nodeChanged(@Nullable Node old, @Nullable Node now) {
        boolean same = old != null
                && now != null
                && Objects.equals(
                        old.getMetadata().getLabels(), now.getMetadata().getLabels())
                && Nodes.taints(old).equals(Nodes.taints(now));
        return same ? List.of() : keys(sets.list("").stream());
    }

    private static List<Key> keys(Stream<DaemonSet> sets) {
        return sets.map(set -> new Key(
                        set.getMetadata().getNamespace(), set.getMetadata().getName()))
                .toList();
    }

    @Override
    public Result reconcile(Key key) {
        Optional<DaemonSet> found = sets.get(key.namespace(), key.name());
        if (found.isEmpty()) {
            expectations.forget(key);
            latest.forget(key);
            return Result.done();
        }
        DaemonSet set = latest.newest(found.get());
        if (Selectors.isEmpty(set.getSpec().getSelector())) {
            events.event(
                    set,
                    "Warning",
                    "SelectingAll",
                    "This daemon set is selecting all pods. A non-empty selector is required.");
            return Result.done();
        }
        if (set.getMetadata().getDeletionTimestamp() != null) {
            return Result.done();
        }
        List<ControllerRevision> known = history.of(set, set.getSpec().getSelector(), () -> live(set));
        RevisionHistory.Found revisions = history.current(
                set, set.getSpec().getTemplate(), known, number(status(set).getCollisionCount()));
        String hash = revisions
                .current()
                .getMetadata()
                .getName()
                .substring(set.getMetadata().getName().length() + 1);
        boolean cacheIsCurrent = expectations.satisfied(key);
        Placement placement = Placement.of(set, nodes.list(""), claim(set), hash, clock.instant());
        Plan plan = new Plan(placement);
        Optional<ApiException> failure = Optional.empty();
        if (cacheIsCurrent) {
            plan.place(backoff, pod -> tellOfEnd(set, pod));
            if (plan.isEmpty() && placement.isRolling()) {
                plan.roll();
            }
            failure = carryOut(key, placement, plan);
        }
        writeStatus(set, calculate(placement, revisions.collisions()));
        if (failure.isPresent()) {
            throw failure.get();
        }
        truncate(placement, revisions);
        return again(placement, plan);
    }

    private DaemonSet live(DaemonSet set) {
        return setClient.get(set.getMetadata().getNamespace(), set.getMetadata().getName());
    }

    private List<Pod> claim(DaemonSet set) {
        return new Claims<>(podClient, set, set.getSpec().getSelector(), () -> live(set))
                .claim(pods.candidates(set), pod -> true);
    }

    private void tellOfEnd(DaemonSet set, Pod pod) {
        boolean failed = Pods.phase(pod).equals("Failed");
        String name = pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
        events.event(
                set,
                failed ? "Warning" : "Normal",
                failed ? "FailedDaemonPod" : "SucceededDaemonPod",
                "Found " + (failed ? "failed" : "succeeded") + " daemon pod " + name + " on node "
                        + DaemonPods.node(pod) + ", will try to " + (failed ? "kill" : "delete") + " it");
    }

    private Optional<ApiException> carryOut(Key key, Placement placement, Plan plan) {
        List<Pod> wanted = plan.needed().stream()
                .limit(BURST)
                .map(node -> DaemonPods.pod(placement.set(), node, placement.hash()))
                .toList();
        List<Pod> victims = plan.surplus().stream().limit(BURST).toList();
        Optional<ApiException> failure = Optional.empty();
        if (!wanted.isEmpty()) {
            failure = writes.create(key, placement.set(), wanted).failure();
        }
        if (!victims.isEmpty()) {
            Optional<ApiException> ofDeletion =
                    writes.delete(key, placement.set(), victims).failure();
            failure = failure.or(() -> ofDeletion);
        }
        return failure;
    }

    private static DaemonSetStatus calculate(Placement placement, int collisions) {
        int current = 0;
        int misscheduled = 0;
        int ready = 0;
        int available = 0;
        int updated = 0;
        for (var entry : placement.fits().entrySet()) {
            List<Pod> here = placement.on(entry.getKey());
            if (here.isEmpty()) {
                continue;
            }
            if (!entry.getValue().starts()) {
                misscheduled++;
                continue;
            }
            Pod oldest = here.get(0);
            current++;
            ready += Pods.isReady(oldest) ? 1 : 0;
            available += placement.isAvailable(oldest) ? 1 : 0;
            updated += placement.isCurrent(oldest) ? 1 : 0;
        }
        DaemonSet set = placement.set();
        return new DaemonSetStatusBuilder(status(set))
                .withObservedGeneration(set.getMetadata().getGeneration())
                .withDesiredNumberScheduled(placement.desired())
                .withCurrentNumberScheduled(current)
                .withNumberMisscheduled(misscheduled)
                .withNumberReady(ready)
                .withUpdatedNumberScheduled(orNull(updated))
                .withNumberAvailable(orNull(available))
                .withNumberUnavailable(orNull(placement.desired() - available))
                .withCollisionCount(orNull(collisions))
                .build();
    }

    private void writeStatus(DaemonSet set, DaemonSetStatus status) {
        if (!status.equals(set.getStatus())) {
            latest.wrote(setClient.updateStatus(
                    new DaemonSetBuilder(set).withStatus(status).build()));
        }
    }

    private void truncate(Placement placement, RevisionHistory.Found revisions) {
        Set<String> used = new HashSet<>();
        used.add(revisions.current().getMetadata().getName());
        placement.pods().values().stream()
                .flatMap(List::stream)
                .forEach(pod -> used.add(placement.set().getMetadata().getName() + "-"
                        + pod.getMetadata().getLabels().getOrDefault(DaemonPods.HASH, "")));
        Integer limit = placement.set().getSpec().getRevisionHistoryLimit();
        history.truncate(revisions.all(), used, limit == null ? DEFAULT_HISTORY : limit);
    }

    private static Result again(Placement placement, Plan plan) {
        List<Pod> pods =
                placement.pods().values().stream().flatMap(List::stream).toList();
        Optional<Duration> available = Pods.untilAvailable(pods, placement.minReadySeconds(), placement.now());
        return Stream.concat(plan.again().map(wait -> wait.plusMillis(1)).stream(), available.stream())
                .min(Duration::compareTo)
                .map(Result::after)
                .orElse(Result.done());
    }

    private static DaemonSetStatus status(DaemonSet set) {
        return set.getStatus() == null ? new DaemonSetStatus() : set.getStatus();
    }

    private static int number(@Nullable Integer value) {
        return value == null ? 0 : value;
    }

    @SuppressWarnings("NullAway") // counts of zero are left out of the status, as upstream leaves them out
    private static Integer orNull(int count) {
        return count == 0 ? null : count;
    }
}
