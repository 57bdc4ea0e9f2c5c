package io.coxswain.node.simulated;

import io.coxswain.node.Pods;
import io.coxswain.node.simulated.Setting.Said;
import io.coxswain.node.simulated.Setting.Scope;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What shall happen to one pod: what its annotations say, then what those of its node say, then what suits its kind. Attempts are
 * counted from 0. Immutable.
 */
final class Script {
    private static final Duration BACK_OFF = Duration.ofSeconds(10);
    private static final int TERMINATED = 143;

    private final Pod pod;
    private final int index;
    /** By the annotation's name behind the prefix. */
    private final Map<String, Sequence<?>> own;

    private final Map<String, Sequence<?>> node;

    private Script(Pod pod, Map<String, Sequence<?>> own, Map<String, Sequence<?>> node) {
        this.pod = pod;
        this.own = own;
        this.node = node;
        this.index = index(pod);
    }

    /** @param node the settings of the pod's node, from {@link #ofNode} */
    static Script of(Pod pod, Map<String, Sequence<?>> node) throws ScriptException {
        Set<String> containers = new HashSet<>();
        Pods.allContainers(pod).map(Container::getName).forEach(containers::add);
        pod.getSpec().getEphemeralContainers().stream()
                .map(EphemeralContainer::getName)
                .forEach(containers::add);
        Map<String, Sequence<?>> own = new HashMap<>();
        for (Map.Entry<String, String> each : annotations(pod.getMetadata().getAnnotations())) {
            String annotation = each.getKey().substring(Setting.PREFIX.length());
            int dot = annotation.indexOf('.');
            Setting setting = known(annotation, dot < 0 ? annotation : annotation.substring(0, dot));
            if (setting.scope() == Scope.NODE) {
                throw new ScriptException(annotation, "belongs on a Node");
            }
            if (dot >= 0 && setting.scope() != Scope.CONTAINER) {
                throw new ScriptException(annotation, "is about the whole pod");
            }
            if (dot >= 0 && !containers.contains(annotation.substring(dot + 1))) {
                throw new ScriptException(annotation, "the pod has no such container");
            }
            own.put(annotation, setting.parse(annotation, each.getValue()));
        }
        return new Script(pod, own, node);
    }

    /** Nothing is said: what suits the pod's kind. */
    static Script silent(Pod pod) {
        return new Script(pod, Map.of(), Map.of());
    }

    /** The settings of a node, by name; those for its pods are among them. */
    static Map<String, Sequence<?>> ofNode(@Nullable Map<String, String> annotations) throws ScriptException {
        Map<String, Sequence<?>> out = new HashMap<>();
        for (Map.Entry<String, String> each : annotations(annotations)) {
            String annotation = each.getKey().substring(Setting.PREFIX.length());
            out.put(annotation, known(annotation, annotation).parse(annotation, each.getValue()));
        }
        return Map.copyOf(out);
    }

    private static Set<Map.Entry<String, String>> annotations(@Nullable Map<String, String> all) {
        if (all == null) {
            return Set.of();
        }
        Set<Map.Entry<String, String>> ours = new HashSet<>();
        all.entrySet().stream()
                .filter(each -> each.getKey().startsWith(Setting.PREFIX))
                .forEach(each -> ours.add(Map.entry(each.getKey(), each.getValue())));
        return ours;
    }

    private static Setting known(String annotation, String setting) throws ScriptException {
        return Setting.of(setting).orElseThrow(() -> new ScriptException(annotation, "there is no such setting"));
    }

    /** The index that a Job or a StatefulSet gave the pod; -1 if it has none. */
    static int index(Pod pod) {
        String job = value(pod.getMetadata().getAnnotations(), "batch.kubernetes.io/job-completion-index");
        String set = value(pod.getMetadata().getLabels(), "apps.kubernetes.io/pod-index");
        String text = job.isEmpty() ? set : job;
        return text.matches("\\d{1,9}") ? Integer.parseInt(text) : -1;
    }

    private static String value(@Nullable Map<String, String> map, String key) {
        return map == null ? "" : map.getOrDefault(key, "");
    }

    private Optional<Sequence<?>> sequence(Setting setting, String container) {
        Sequence<?> found = container.isEmpty() ? null : own.get(setting.key() + "." + container);
        if (found == null) {
            found = own.get(setting.key());
        }
        return Optional.ofNullable(found == null ? node.get(setting.key()) : found);
    }

    private <T> Optional<T> value(Setting setting, String container, int attempt, Class<T> type) {
        return sequence(setting, container).flatMap(s -> s.at(index, attempt)).map(type::cast);
    }

    /** Whether it matters how many pods of the same owner have failed before. */
    boolean dependsOnAttempts() {
        return own.values().stream().anyMatch(Sequence::varies)
                || node.values().stream().anyMatch(Sequence::varies);
    }

    Duration startDelay(String container, int attempt) {
        return value(Setting.START_DELAY, container, attempt, Duration.class).orElse(Duration.ZERO);
    }

    /** How the pull fails: {@code not-found}, {@code denied}, {@code timeout}; empty if it does not. */
    Optional<String> imageError(String container, int attempt) {
        return value(Setting.IMAGE_ERROR, container, attempt, String.class).filter(error -> !error.equals("none"));
    }

    /** Why the container cannot be made. */
    Optional<Said> waiting(String container) {
        return value(Setting.WAITING, container, 0, Said.class);
    }

    /** How long a container runs until it ends by itself. */
    Duration runTime(Container container, ContainerKind kind, int attempt) {
        Optional<Duration> said = value(Setting.RUN_TIME, container.getName(), attempt, Duration.class);
        if (said.isPresent()) {
            return said.get();
        }
        boolean ends = kind == ContainerKind.INIT
                || sequence(Setting.EXIT_CODE, container.getName()).isPresent()
                || (kind == ContainerKind.MAIN && ofJob());
        return ends && kind != ContainerKind.SIDECAR && kind != ContainerKind.EPHEMERAL
                ? Duration.ZERO
                : Setting.FOREVER;
    }

    private boolean ofJob() {
        return pod.getMetadata().getOwnerReferences().stream()
                .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                .map(OwnerReference::getKind)
                .anyMatch("Job"::equals);
    }

    int exitCode(String container, int attempt) {
        return value(Setting.EXIT_CODE, container, attempt, Integer.class).orElse(0);
    }

    String terminationReason(String container, int code) {
        return value(Setting.TERMINATION_REASON, container, 0, String.class).orElse(code == 0 ? "Completed" : "Error");
    }

    String terminationMessage(String container) {
        return value(Setting.TERMINATION_MESSAGE, container, 0, String.class).orElse("");
    }

    boolean ready(String container) {
        return value(Setting.READY, container, 0, Boolean.class).orElse(true);
    }

    /** From its start until its readiness probe succeeds. */
    Duration readyDelay(Container container, int attempt) {
        Integer initial = container.getReadinessProbe() == null
                ? null
                : container.getReadinessProbe().getInitialDelaySeconds();
        return value(Setting.READY_DELAY, container.getName(), attempt, Duration.class)
                .orElse(Duration.ofSeconds(initial == null ? 0 : Math.max(0, initial)));
    }

    /** From its start until its liveness probe fails for good. */
    Duration livenessFailureAfter(String container, int attempt) {
        return value(Setting.LIVENESS_FAILURE_AFTER, container, attempt, Duration.class)
                .orElse(Setting.FOREVER);
    }

    /** From SIGTERM to its end, unless SIGKILL comes first. */
    Duration terminationDelay(String container) {
        return value(Setting.TERMINATION_DELAY, container, 0, Duration.class).orElse(Duration.ZERO);
    }

    int terminationExitCode(String container) {
        return value(Setting.TERMINATION_EXIT_CODE, container, 0, Integer.class).orElse(TERMINATED);
    }

    /** What the container is said to use; nothing is said of resources that are missing. */
    Amounts usage(String container) {
        return value(Setting.USAGE, container, 0, Amounts.class).orElse(Amounts.NONE);
    }

    /** From the pod's start until the node evicts it. */
    Duration evictedAfter() {
        return value(Setting.EVICTED_AFTER, "", 0, Duration.class).orElse(Setting.FOREVER);
    }

    String evictedMessage() {
        return value(Setting.EVICTED_MESSAGE, "", 0, String.class)
                .orElse("The node was low on resource: memory. (simulated)");
    }

    /** Why the node refuses the pod for good. */
    Optional<Said> rejected() {
        return value(Setting.REJECTED, "", 0, Said.class);
    }

    /** The first pause between failures of one container; each further one is twice as long, up to thirty times the first. */
    Duration backOff() {
        return value(Setting.BACK_OFF, "", 0, Duration.class).orElse(BACK_OFF);
    }

    /** Whether the events of a life without mishap are written, too. */
    boolean allEvents() {
        return value(Setting.EVENTS, "", 0, String.class).filter("all"::equals).isPresent();
    }
}
