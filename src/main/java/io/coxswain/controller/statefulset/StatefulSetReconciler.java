package io.coxswain.controller.statefulset;

import io.coxswain.client.ApiClient;
import io.coxswain.client.EventRecorder;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Claims;
import io.coxswain.controller.runtime.Expectations;
import io.coxswain.controller.runtime.LatestWrites;
import io.coxswain.controller.runtime.OwnedPodChanges;
import io.coxswain.controller.runtime.OwnedPods;
import io.coxswain.controller.runtime.Owners;
import io.coxswain.controller.runtime.Pods;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.RevisionHistory;
import io.coxswain.controller.runtime.Watches;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The StatefulSet loop. */
@Dependent
public class StatefulSetReconciler implements Reconciler {
    private static final String KIND = "StatefulSet";
    private static final int DEFAULT_HISTORY = 10;

    private final Clock clock;
    private final LatestWrites<StatefulSet> latest = new LatestWrites<>();

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<StatefulSet> sets;

    @SuppressWarnings("NullAway.Init")
    private OwnedPods pods;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<StatefulSet> setClient;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<Pod> podClient;

    @SuppressWarnings("NullAway.Init")
    private RevisionHistory history;

    @SuppressWarnings("NullAway.Init")
    private SetStep step;

    @Inject
    public StatefulSetReconciler(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "statefulset-controller";
    }

    @Override
    public String queueName() {
        return "statefulset";
    }

    @Override
    public void setUp(Watches watches) {
        ApiClient client = watches.client();
        setClient = client.resource(ResourceTypes.STATEFUL_SETS);
        podClient = client.resource(ResourceTypes.PODS);
        EventRecorder events = watches.events();
        sets = watches.primary(ResourceTypes.STATEFUL_SETS).lister();
        OwnedPodChanges changes =
                new OwnedPodChanges(KIND, new Expectations(watches.steady()), this::setsThatMightAdopt);
        pods = new OwnedPods(watches.changes(ResourceTypes.PODS, changes::changed));
        history = new RevisionHistory(
                client.resource(ResourceTypes.CONTROLLER_REVISIONS),
                watches.cache(ResourceTypes.CONTROLLER_REVISIONS).lister(),
                "controller.kubernetes.io/hash");
        VolumeClaims claims = new VolumeClaims(
                client.resource(ResourceTypes.PERSISTENT_VOLUME_CLAIMS),
                watches.map(ResourceTypes.PERSISTENT_VOLUME_CLAIMS, StatefulSetReconciler::setsOf)
                        .lister(),
                events);
        step = new SetStep(podClient, claims, events);
    }

    /** The set that waits for a claim: its owner, or its owner's if that is a pod with an ordinal. */
    private static Collection<Key> setsOf(PersistentVolumeClaim claim) {
        return Owners.controllerOf(claim)
                .map(owner ->
                        owner.getKind().equals("Pod") ? owner.getName().replaceFirst("-\\d+$", "") : owner.getName())
                .map(name -> new Key(claim.getMetadata().getNamespace(), name))
                .stream()
                .toList();
    }

    private Collection<Key> setsThatMightAdopt(Pod pod) {
        return OwnedPodChanges.selecting(
                pod,
                sets.list(pod.getMetadata().getNamespace()),
                set -> set.getSpec().getSelector());
    }

    @Override
    public Result reconcile(Key key) {
        Optional<StatefulSet> found = sets.get(key.namespace(), key.name());
        if (found.isEmpty()) {
            latest.forget(key);
            return Result.done();
        }
        StatefulSet set = latest.newest(found.get());
        List<ControllerRevision> known = history.of(set, set.getSpec().getSelector(), () -> live(set));
        RevisionHistory.Found revisions = history.current(
                set, set.getSpec().getTemplate(), known, number(status(set).getCollisionCount()));
        ControllerRevision update = revisions.current();
        ControllerRevision current = revisions.all().stream()
                .filter(revision ->
                        revision.getMetadata().getName().equals(status(set).getCurrentRevision()))
                .findFirst()
                .orElse(update);
        Members members = Members.of(set, claim(set), clock.instant());
        try {
            if (set.getMetadata().getDeletionTimestamp() == null) {
                step.take(set, members, current, update);
            }
        } finally {
            writeStatus(set, calculate(set, members, current, update, revisions.collisions()));
        }
        truncate(set, members, current, update, revisions.all());
        return Stream.concat(
                        Pods.untilAvailable(
                                members.all().stream().filter(members::isReady).toList(),
                                members.minReadySeconds(),
                                members.now())
                                .stream(),
                        step.again(set, members).stream())
                .min(Comparator.naturalOrder())
                .map(Result::after)
                .orElse(Result.done());
    }

    private StatefulSet live(StatefulSet set) {
        return setClient.get(set.getMetadata().getNamespace(), set.getMetadata().getName());
    }

    private List<Pod> claim(StatefulSet set) {
        return new Claims<>(podClient, set, set.getSpec().getSelector(), () -> live(set))
                .claim(
                        pods.candidates(set).stream()
                                .filter(pod -> Identity.ordinal(set, pod).isPresent())
                                .toList(),
                        pod -> true);
    }

    private static StatefulSetStatus calculate(
            StatefulSet set, Members members, ControllerRevision current, ControllerRevision update, int collisions) {
        String currentName = current.getMetadata().getName();
        String updateName = update.getMetadata().getName();
        List<Pod> all = members.all();
        List<Pod> staying =
                all.stream().filter(pod -> !Pods.isBeingDeleted(pod)).toList();
        int ready = (int) all.stream().filter(members::isReady).count();
        int available = (int) all.stream().filter(members::isAvailable).count();
        int ofCurrent = ofRevision(staying, currentName);
        int ofUpdate = ofRevision(staying, updateName);
        int wanted = Identity.replicas(set);
        boolean rolling = set.getSpec().getUpdateStrategy() == null
                || !"OnDelete".equals(set.getSpec().getUpdateStrategy().getType());
        boolean rolledOut = rolling && ofUpdate == wanted && ready == wanted && all.size() == wanted;
        return new StatefulSetStatusBuilder(status(set))
                .withObservedGeneration(set.getMetadata().getGeneration())
                .withReplicas(all.size())
                .withReadyReplicas(orNull(ready))
                .withAvailableReplicas(available)
                .withCurrentReplicas(orNull(rolledOut ? ofUpdate : ofCurrent))
                .withUpdatedReplicas(orNull(ofUpdate))
                .withCurrentRevision(rolledOut ? updateName : currentName)
                .withUpdateRevision(updateName)
                .withCollisionCount(collisions)
                .build();
    }

    private static int ofRevision(List<Pod> pods, String revision) {
        return (int) pods.stream()
                .filter(pod -> revision.equals(Identity.revision(pod)))
                .count();
    }

    private void writeStatus(StatefulSet set, StatefulSetStatus status) {
        if (!status.equals(set.getStatus())) {
            latest.wrote(setClient.updateStatus(
                    new StatefulSetBuilder(set).withStatus(status).build()));
        }
    }

    private void truncate(
            StatefulSet set,
            Members members,
            ControllerRevision current,
            ControllerRevision update,
            List<ControllerRevision> all) {
        Set<String> used = new HashSet<>();
        used.add(current.getMetadata().getName());
        used.add(update.getMetadata().getName());
        members.all().forEach(pod -> used.add(Identity.revision(pod)));
        Integer limit = set.getSpec().getRevisionHistoryLimit();
        history.truncate(all, used, limit == null ? DEFAULT_HISTORY : limit);
    }

    private static StatefulSetStatus status(StatefulSet set) {
        return set.getStatus() == null ? new StatefulSetStatus() : set.getStatus();
    }

    private static int number(@org.jspecify.annotations.Nullable Integer value) {
        return value == null ? 0 : value;
    }

    @SuppressWarnings("NullAway") // counts of zero are left out of the status, as upstream leaves them out
    private static Integer orNull(int count) {
        return count == 0 ? null : count;
    }
}
