package io.coxswain.node;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Questions about a Pod object that several parts of the agent ask. */
public final class Pods {

    private Pods() {}

    /** Changes when the container must be replaced: on another name or image (nothing else of it may change). */
    public static String hash(Container container) {
        int hash = 0x811c9dc5;
        for (byte b : (container.getName() + "\n" + container.getImage()).getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x01000193;
        }
        return Integer.toHexString(hash);
    }

    /** As kubelets name pods in messages: {@code name_namespace(uid)}. */
    public static String text(Pod pod) {
        var meta = pod.getMetadata();
        return meta.getName() + "_" + meta.getNamespace() + "(" + meta.getUid() + ")";
    }

    public static String uid(Pod pod) {
        return pod.getMetadata().getUid();
    }

    public static boolean deleting(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() != null;
    }

    public static boolean terminal(Pod pod) {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }

    public static boolean hostNetwork(Pod pod) {
        return Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
    }

    public static String restartPolicy(Pod pod) {
        String policy = pod.getSpec().getRestartPolicy();
        return policy == null || policy.isEmpty() ? "Always" : policy;
    }

    /** An init container that keeps running beside the main ones. */
    public static boolean sidecar(Container init) {
        return "Always".equals(init.getRestartPolicy());
    }

    public static Stream<Container> allContainers(Pod pod) {
        return Stream.concat(pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream());
    }

    public static Optional<Container> container(Pod pod, String name) {
        return allContainers(pod).filter(c -> c.getName().equals(name)).findFirst();
    }

    /** How an event names a container of the pod. */
    public static String fieldPath(Pod pod, String container) {
        boolean init = pod.getSpec().getInitContainers().stream()
                .anyMatch(c -> c.getName().equals(container));
        boolean ephemeral = pod.getSpec().getEphemeralContainers().stream()
                .anyMatch(c -> c.getName().equals(container));
        String list = init ? "initContainers" : ephemeral ? "ephemeralContainers" : "containers";
        return "spec." + list + "{" + container + "}";
    }

    /** How long the pod may take to stop: the deletion's own grace period, else the spec's. */
    public static Duration grace(Pod pod) {
        Long deletion = pod.getMetadata().getDeletionGracePeriodSeconds();
        Long spec = pod.getSpec().getTerminationGracePeriodSeconds();
        long seconds = deletion != null ? deletion : spec != null ? spec : 30;
        return Duration.ofSeconds(Math.max(1, seconds));
    }

    /** Directory of the pod's container logs. */
    public static Path logDirectory(NodeSettings node, String namespace, String name, String uid) {
        return node.logs().resolve(namespace + "_" + name + "_" + uid);
    }

    /** Guaranteed, Burstable or BestEffort, by requests and limits of cpu and memory. */
    public static String qos(Pod pod) {
        if (pod.getStatus() != null && pod.getStatus().getQosClass() != null) {
            return pod.getStatus().getQosClass();
        }
        PodSpec spec = pod.getSpec();
        List<Container> all = new ArrayList<>(spec.getContainers());
        all.addAll(spec.getInitContainers());
        boolean any = false;
        boolean guaranteed = true;
        for (Container each : all) {
            for (String resource : List.of("cpu", "memory")) {
                BigDecimal limit = amount(each, true, resource);
                BigDecimal request = amount(each, false, resource);
                any |= limit.signum() > 0 || request.signum() > 0;
                guaranteed &= limit.signum() > 0 && (request.signum() == 0 || request.compareTo(limit) == 0);
            }
        }
        return !any ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }

    /** A container's limit or request in base units (cores, bytes); zero if it has none. */
    public static BigDecimal amount(Container container, boolean limit, String resource) {
        if (container.getResources() == null) {
            return BigDecimal.ZERO;
        }
        Map<String, Quantity> map = limit
                ? container.getResources().getLimits()
                : container.getResources().getRequests();
        Quantity quantity = map == null ? null : map.get(resource);
        return quantity == null ? BigDecimal.ZERO : quantity.getNumericalAmount();
    }

    /** A container's port by number or by name. */
    public static Optional<Integer> port(
            Container container, io.fabric8.kubernetes.api.model.@Nullable IntOrString port) {
        if (port == null) {
            return Optional.empty();
        }
        if (port.getIntVal() != null) {
            return Optional.of(port.getIntVal());
        }
        String name = port.getStrVal();
        Map<String, Integer> named = new HashMap<>();
        container.getPorts().forEach(p -> named.put(p.getName(), p.getContainerPort()));
        if (named.containsKey(name)) {
            return Optional.of(named.get(name));
        }
        try {
            return Optional.of(Integer.parseInt(name));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
