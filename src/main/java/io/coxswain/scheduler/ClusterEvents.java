package io.coxswain.scheduler;

import io.coxswain.client.Informer;
import io.coxswain.scheduler.framework.ClusterEvent;
import io.coxswain.scheduler.framework.PodInfo;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/** Turns what informers tell into changes of the cache and of the queue. */
final class ClusterEvents {
    private final ClusterCache cache;
    private final SchedulingQueue queue;
    private final Nominations nominations;
    private final Predicate<String> ours;

    /** @param ours whether pods of that {@code spec.schedulerName} are placed here */
    ClusterEvents(ClusterCache cache, SchedulingQueue queue, Nominations nominations, Predicate<String> ours) {
        this.cache = cache;
        this.queue = queue;
        this.nominations = nominations;
        this.ours = ours;
    }

    Informer.Handler<Node> nodes() {
        return new Informer.Handler<>() {
            @Override
            public void onAdd(Node node) {
                cache.setNode(node);
                queue.onEvent(ClusterEvent.NODE_ADDED);
            }

            @Override
            public void onUpdate(Node old, Node now) {
                cache.setNode(now);
                if (!Objects.equals(labels(old), labels(now))) {
                    queue.onEvent(ClusterEvent.NODE_LABELS_CHANGED);
                }
                if (!Objects.equals(taints(old), taints(now)) || isCordoned(old) != isCordoned(now)) {
                    queue.onEvent(ClusterEvent.NODE_TAINTS_CHANGED);
                }
                if (!Objects.equals(allocatable(old), allocatable(now))) {
                    queue.onEvent(ClusterEvent.NODE_ALLOCATABLE_CHANGED);
                }
            }

            @Override
            public void onDelete(Node last) {
                cache.removeNode(last.getMetadata().getName());
                queue.onEvent(ClusterEvent.NODE_REMOVED);
            }
        };
    }

    Informer.Handler<Pod> pods() {
        return new Informer.Handler<>() {
            @Override
            public void onAdd(Pod pod) {
                changed(pod, false, false);
            }

            @Override
            public void onUpdate(Pod old, Pod now) {
                changed(
                        now,
                        !Objects.equals(old.getSpec(), now.getSpec()) || !Objects.equals(labels(old), labels(now)),
                        isNominated(old) && !isNominated(now));
            }

            @Override
            public void onDelete(Pod last) {
                gone(last);
            }
        };
    }

    private void changed(Pod pod, boolean specChanged, boolean nominationWithdrawn) {
        String uid = pod.getMetadata().getUid();
        if (isFinished(pod)) {
            gone(pod);
        } else if (!nodeName(pod).isEmpty()) {
            placed(PodInfo.of(pod), specChanged);
        } else if (!waitsForUs(pod)) {
            nominations.clear(uid);
            queue.remove(uid);
        } else if (!pod.getSpec().getSchedulingGates().isEmpty()) {
            queue.gate(uid);
        } else {
            PodInfo info = PodInfo.of(pod);
            nominations.heard(info, nominationWithdrawn);
            queue.addOrUpdate(info, specChanged);
        }
    }

    private void placed(PodInfo pod, boolean specChanged) {
        PodInfo known = cache.pod(pod.uid());
        nominations.clear(pod.uid());
        queue.remove(pod.uid());
        cache.setPod(pod, nodeName(pod.pod()));
        if (known == null || specChanged || known.isBeingDeleted() != pod.isBeingDeleted()) {
            queue.onEvent(ClusterEvent.POD_PLACED);
        }
        if (known != null && !known.requests().equals(pod.requests())) {
            queue.onEvent(ClusterEvent.POD_SHRUNK);
        }
    }

    private void gone(Pod pod) {
        String uid = pod.getMetadata().getUid();
        nominations.clear(uid);
        queue.remove(uid);
        if (cache.isPlaced(uid)) {
            cache.removePod(uid);
            queue.onEvent(ClusterEvent.POD_REMOVED);
        }
    }

    private boolean waitsForUs(Pod pod) {
        String scheduler = pod.getSpec().getSchedulerName();
        return ours.test(scheduler == null ? Profile.DEFAULT : scheduler)
                && pod.getMetadata().getDeletionTimestamp() == null;
    }

    private static boolean isNominated(Pod pod) {
        String node = pod.getStatus() == null ? null : pod.getStatus().getNominatedNodeName();
        return node != null && !node.isEmpty();
    }

    private static boolean isFinished(Pod pod) {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }

    private static String nodeName(Pod pod) {
        String name = pod.getSpec().getNodeName();
        return name == null ? "" : name;
    }

    private static Map<String, String> labels(io.fabric8.kubernetes.api.model.HasMetadata object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels == null ? Map.of() : labels;
    }

    private static List<Taint> taints(Node node) {
        return node.getSpec() == null ? List.of() : node.getSpec().getTaints();
    }

    private static boolean isCordoned(Node node) {
        return node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable());
    }

    private static Map<String, Quantity> allocatable(Node node) {
        Map<String, Quantity> allocatable =
                node.getStatus() == null ? null : node.getStatus().getAllocatable();
        return allocatable == null ? Map.of() : allocatable;
    }
}
