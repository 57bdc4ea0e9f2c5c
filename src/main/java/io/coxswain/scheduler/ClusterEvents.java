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

/** Turns what informers tell into changes of the cache and of the queue. */
final class ClusterEvents {
    private final ClusterCache cache;
    private final SchedulingQueue queue;

    ClusterEvents(ClusterCache cache, SchedulingQueue queue) {
        this.cache = cache;
        this.queue = queue;
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
                changed(pod, false);
            }

            @Override
            public void onUpdate(Pod old, Pod now) {
                changed(
                        now,
                        !Objects.equals(old.getSpec(), now.getSpec()) || !Objects.equals(labels(old), labels(now)));
            }

            @Override
            public void onDelete(Pod last) {
                gone(last);
            }
        };
    }

    private void changed(Pod pod, boolean specChanged) {
        if (isFinished(pod)) {
            gone(pod);
        } else if (!nodeName(pod).isEmpty()) {
            PodInfo info = PodInfo.of(pod);
            PodInfo known = cache.pod(info.uid());
            boolean relevant = known == null || specChanged || known.isBeingDeleted() != info.isBeingDeleted();
            queue.remove(info.uid());
            cache.setPod(info, nodeName(pod));
            if (relevant) {
                queue.onEvent(ClusterEvent.POD_PLACED);
            }
        } else if (waitsForUs(pod)) {
            queue.addOrUpdate(PodInfo.of(pod), specChanged);
        } else {
            queue.remove(pod.getMetadata().getUid());
        }
    }

    private void gone(Pod pod) {
        String uid = pod.getMetadata().getUid();
        queue.remove(uid);
        if (cache.isPlaced(uid)) {
            cache.removePod(uid);
            queue.onEvent(ClusterEvent.POD_REMOVED);
        }
    }

    private static boolean waitsForUs(Pod pod) {
        String scheduler = pod.getSpec().getSchedulerName();
        return (scheduler == null || scheduler.equals(DefaultProfile.NAME))
                && pod.getMetadata().getDeletionTimestamp() == null
                && pod.getSpec().getSchedulingGates().isEmpty();
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
