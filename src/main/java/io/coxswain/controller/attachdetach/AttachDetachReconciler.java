package io.coxswain.controller.attachdetach;

import io.coxswain.client.EventRecorder;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.attachdetach.WantedVolumes.Wanted;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Attaches and detaches the volumes of one node, by upstream's rules. Keys are names of nodes, those of nodes that are gone included.
 * One worker, so that a volume that may be on one node only is never promised to two.
 */
@Dependent
public class AttachDetachReconciler implements Reconciler {
    private static final System.Logger LOG = System.getLogger(AttachDetachReconciler.class.getName());
    /** How long a node that does not answer may leave a volume mounted that nobody wants; upstream's. */
    private static final Duration MAX_WAIT_FOR_UNMOUNT = Duration.ofMinutes(6);

    /** A gap longer than this means that another server has led: what is remembered from before says nothing any more. */
    private static final Duration LAPSE = Duration.ofSeconds(30);

    private static final Duration HEARTBEAT = Duration.ofSeconds(10);

    private final Clock clock;
    /** Since when nobody wants an attachment, by its name. */
    private final Map<String, Instant> unwanted = new ConcurrentHashMap<>();

    private volatile Instant led = Instant.EPOCH;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<Node> nodes;

    @SuppressWarnings("NullAway.Init")
    private NodeVolumes nodeVolumes;

    @SuppressWarnings("NullAway.Init")
    private WantedVolumes volumes;

    @SuppressWarnings("NullAway.Init")
    private Attachments attachments;

    @SuppressWarnings("NullAway.Init")
    private FailureReports failures;

    @SuppressWarnings("NullAway.Init")
    private EventRecorder events;

    @Inject
    public AttachDetachReconciler(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "attachdetach-controller";
    }

    @Override
    public String queueName() {
        return "pvcs";
    }

    @Override
    public int workers() {
        return 1;
    }

    @Override
    public void setUp(Watches watches) {
        events = watches.events();
        failures = new FailureReports(events);
        nodes = watches.cache(ResourceTypes.NODES).lister();
        nodeVolumes = new NodeVolumes(watches.client().resource(ResourceTypes.NODES));
        volumes = new WantedVolumes(watches);
        attachments = new Attachments(watches);
        NodeChanges changes = new NodeChanges(volumes, attachments);
        watches.changes(ResourceTypes.NODES, changes::node);
        watches.changes(ResourceTypes.PODS, changes::pod);
        watches.changes(ResourceTypes.PERSISTENT_VOLUME_CLAIMS, changes::claim);
        watches.changes(ResourceTypes.PERSISTENT_VOLUMES, changes::volume);
        watches.changes(ResourceTypes.CSI_DRIVERS, changes::driver);
        watches.changes(ResourceTypes.VOLUME_ATTACHMENTS, (before, after) -> {
            if (before != null && after == null) {
                unwanted.remove(Attachment.of(before).name());
            }
            return changes.attachment(before, after);
        });
        watches.every(HEARTBEAT, () -> {
            lead();
            return List.of();
        });
    }

    /** Called while this server leads. Meanwhile another one may have seen a volume wanted and given up again. */
    private void lead() {
        Instant now = clock.instant();
        if (Duration.between(led, now).compareTo(LAPSE) > 0) {
            unwanted.clear();
        }
        led = now;
    }

    @Override
    public Result reconcile(Key key) {
        lead();
        String name = key.name();
        Optional<Node> node = nodes.get("", name).map(nodeVolumes::latest);
        if (node.isEmpty()) {
            nodeVolumes.forget(name);
        }
        Map<String, Wanted> wanted = node.isPresent() ? volumes.onNode(name) : Map.of();
        Map<Attachment, DriverVolume> own = own(name, node);
        Map<Attachment, DriverVolume> free = new LinkedHashMap<>();
        Optional<Duration> wait = Optional.empty();
        for (Map.Entry<Attachment, DriverVolume> each : own.entrySet()) {
            Attachment attachment = each.getKey();
            if (wanted.containsKey(attachment.name()) || attachment.deleting()) {
                unwanted.remove(attachment.name());
                continue;
            }
            Duration left = untilForced(attachment);
            if (mayDetach(node, each.getValue(), left)) {
                free.put(attachment, each.getValue());
            } else {
                wait = wait.filter(shortest -> shortest.compareTo(left) <= 0).or(() -> Optional.of(left));
            }
        }
        report(node, wanted, own, free.keySet());
        Failed failed = new Failed();
        free.forEach((attachment, volume) -> failed.during(() -> detach(node, attachment, volume)));
        List<FailureReports.Failure> reports = new ArrayList<>();
        wanted.forEach((attachment, volume) -> failed.during(() -> attach(attachment, volume, name, reports)));
        failures.tell(name, reports);
        failed.rethrow();
        return wait.filter(left -> left.compareTo(Duration.ZERO) > 0)
                .map(Result::after)
                .orElse(Result.done());
    }

    /** The attachments to the node that this loop would have made: their names tell. Others are their makers' to delete. */
    private Map<Attachment, DriverVolume> own(String name, Optional<Node> node) {
        Map<Attachment, DriverVolume> own = new LinkedHashMap<>();
        List<DriverVolume> named =
                node.map(known -> NodeVolumes.named(known).toList()).orElse(List.of());
        for (Attachment attachment : attachments.onNode(name)) {
            volumes.volume(attachment.volumeName())
                    .flatMap(DriverVolume::of)
                    .filter(attachment::isFor)
                    // Its volume is gone; the node still tells which it was.
                    .or(() -> named.stream().filter(attachment::isFor).findFirst())
                    .ifPresent(volume -> own.put(attachment, volume));
        }
        return own;
    }

    private Duration untilForced(Attachment attachment) {
        Instant now = clock.instant();
        Instant since = unwanted.computeIfAbsent(attachment.name(), key -> now);
        return Duration.between(now, since.plus(MAX_WAIT_FOR_UNMOUNT));
    }

    private static boolean mayDetach(Optional<Node> node, DriverVolume volume, Duration left) {
        return node.map(NodeVolumes.Facts::of)
                .map(facts -> !facts.inUse().contains(volume.uniqueName()) || isForced(facts, left))
                .orElse(true);
    }

    private static boolean isForced(NodeVolumes.Facts node, Duration left) {
        return node.outOfService() || (!node.ready() && (left.isNegative() || left.isZero()));
    }

    /** What is about to be detached is taken off the node's list first, so that the node does not mount it meanwhile. */
    private void report(
            Optional<Node> node, Map<String, Wanted> wanted, Map<Attachment, DriverVolume> own, Set<Attachment> free) {
        if (node.isEmpty()) {
            return;
        }
        Map<String, DriverVolume> attached = new TreeMap<>();
        own.forEach((attachment, volume) -> {
            if (attachment.attached() && !attachment.deleting() && !free.contains(attachment)) {
                attached.put(attachment.name(), volume);
            }
        });
        Set<String> before = Set.copyOf(NodeVolumes.Facts.of(node.get()).attached());
        List<String> names =
                attached.values().stream().map(DriverVolume::uniqueName).toList();
        if (nodeVolumes.report(node.get(), names).isEmpty()) {
            return;
        }
        attached.forEach((attachment, volume) -> {
            Wanted users = wanted.get(attachment);
            if (users != null && !before.contains(volume.uniqueName())) {
                users.pods()
                        .forEach(pod -> events.event(
                                pod,
                                "Normal",
                                "SuccessfulAttachVolume",
                                "AttachVolume.Attach succeeded for volume \"" + users.name() + "\" "));
            }
        });
    }

    private void detach(Optional<Node> node, Attachment attachment, DriverVolume volume) {
        boolean forced = node.map(NodeVolumes.Facts::of)
                .filter(facts -> isForced(facts, untilForced(attachment)))
                .isPresent();
        if (forced) {
            LOG.log(
                    Level.INFO,
                    () -> "event=forced-detach node=" + attachment.node() + " volume=" + volume.uniqueName());
        } else if (nodeVolumes.isInUseNow(attachment.node(), volume.uniqueName())) {
            // The cache is behind; what it is about to tell brings this node here again.
            return;
        }
        attachments.delete(attachment);
    }

    private void attach(String name, Wanted wanted, String node, List<FailureReports.Failure> reports) {
        Optional<Attachment> known = attachments.get(name);
        if (known.isPresent()) {
            objection(known.get()).ifPresent(error -> reports.addAll(refused(wanted, error.time(), error.message())));
            return;
        }
        List<Attachment> elsewhere = wanted.mayBeOnSeveralNodes() ? List.of() : elsewhere(wanted, node);
        if (!elsewhere.isEmpty()) {
            if (elsewhere.stream().anyMatch(AttachDetachReconciler::isSettled)) {
                reports.addAll(multiAttach(wanted, elsewhere));
            }
            return;
        }
        try {
            attachments.create(Attachment.wanted(wanted.driverVolume(), wanted.name(), node));
        } catch (ApiException e) {
            reports.addAll(refused(wanted, "", String.valueOf(e.getMessage())));
            throw e;
        }
    }

    private static Optional<Attachment.Failure> objection(Attachment attachment) {
        if (attachment.deleting()) {
            return attachment
                    .detachError()
                    .map(error -> new Attachment.Failure(error.time(), "volume attachment is being deleted"));
        }
        return attachment.attached() ? Optional.empty() : attachment.attachError();
    }

    private List<Attachment> elsewhere(Wanted wanted, String node) {
        return volumes.same(wanted.driverVolume()).stream()
                .flatMap(volume -> attachments.ofVolume(volume.getMetadata().getName()).stream())
                .filter(other -> !other.node().equals(node) && other.isFor(wanted.driverVolume()))
                .toList();
    }

    /** Neither on its way to that node nor away from it: worth telling of. */
    private static boolean isSettled(Attachment other) {
        return other.detachError().isPresent()
                || (!other.deleting()
                        && (other.attached() || other.attachError().isPresent()));
    }

    private static List<FailureReports.Failure> refused(Wanted wanted, String time, String why) {
        String message = "AttachVolume.Attach failed for volume \"" + wanted.name() + "\" : " + why;
        return wanted.pods().stream()
                .map(pod -> new FailureReports.Failure(pod, wanted.name(), time + message, message))
                .toList();
    }

    private List<FailureReports.Failure> multiAttach(Wanted wanted, List<Attachment> elsewhere) {
        Set<String> others = elsewhere.stream().map(Attachment::node).collect(Collectors.toSet());
        List<Pod> users = volumes.users(wanted.driverVolume(), others);
        return wanted.pods().stream()
                .map(pod -> new FailureReports.Failure(
                        pod,
                        wanted.name(),
                        "multi-attach",
                        "Multi-Attach error for volume \"" + wanted.name() + "\" " + inTheWay(pod, users)))
                .toList();
    }

    /** Who uses a namespace is not told the names of pods in others. */
    private static String inTheWay(Pod pod, List<Pod> users) {
        if (users.isEmpty()) {
            return "Volume is already exclusively attached to one node and can't be attached to another";
        }
        String namespace = pod.getMetadata().getNamespace();
        List<String> here = users.stream()
                .filter(user -> user.getMetadata().getNamespace().equals(namespace))
                .map(user -> user.getMetadata().getName())
                .toList();
        int abroad = users.size() - here.size();
        if (here.isEmpty()) {
            return "Volume is already used by " + abroad + " pod(s) in different namespaces";
        }
        String text = "Volume is already used by pod(s) " + String.join(", ", here);
        return abroad == 0 ? text : text + " and " + abroad + " pod(s) in different namespaces";
    }

    /** One volume's failure does not keep the others waiting; the first is thrown in the end, so that the node comes again. */
    private static final class Failed {
        private Optional<ApiException> first = Optional.empty();

        void during(Runnable step) {
            try {
                step.run();
            } catch (ApiException e) {
                first = first.or(() -> Optional.of(e));
            }
        }

        void rethrow() {
            if (first.isPresent()) {
                throw first.get();
            }
        }
    }
}
