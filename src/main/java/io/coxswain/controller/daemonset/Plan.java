package io.coxswain.controller.daemonset;

import io.coxswain.controller.runtime.FailedPodBackoff;
import io.coxswain.controller.runtime.Pods;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What to make and to delete so that every node has its pod, and has it of the current template. Works on a {@link Placement} only. */
final class Plan {
    private final Placement placement;
    private final List<String> needed = new ArrayList<>();
    private final Set<Pod> surplus = new HashSet<>();
    private Optional<Duration> again = Optional.empty();

    Plan(Placement placement) {
        this.placement = placement;
    }

    /** Nodes that need a pod. */
    List<String> needed() {
        return List.copyOf(needed);
    }

    List<Pod> surplus() {
        return List.copyOf(surplus);
    }

    /** When to look again, because a failed pod stays for a while. */
    Optional<Duration> again() {
        return again;
    }

    boolean isEmpty() {
        return needed.isEmpty() && surplus.isEmpty();
    }

    /** One pod where one should be, none elsewhere. */
    void place(FailedPodBackoff backoff, Consumer<Pod> onFinished) {
        placement.fits().forEach((node, fit) -> {
            List<Pod> here = placement.on(node);
            if (fit.starts() && here.isEmpty()) {
                needed.add(node);
            } else if (fit.stays()) {
                keep(node, here, backoff, onFinished);
            } else {
                here.stream().filter(pod -> !Pods.isBeingDeleted(pod)).forEach(surplus::add);
            }
        });
        // Made for a node that is gone and not started: the scheduler has no place for it.
        placement.pods().forEach((node, here) -> {
            if (!placement.fits().containsKey(node)) {
                here.stream()
                        .filter(pod -> Pods.nodeName(pod).isEmpty() && !Pods.isBeingDeleted(pod))
                        .forEach(surplus::add);
            }
        });
    }

    private void keep(String node, List<Pod> here, FailedPodBackoff backoff, Consumer<Pod> onFinished) {
        List<Pod> running = new ArrayList<>();
        for (Pod pod : here) {
            if (Pods.isBeingDeleted(pod)) {
                continue;
            }
            if (!Pods.isFinished(pod)) {
                running.add(pod);
                continue;
            }
            Duration wait = Pods.phase(pod).equals("Failed")
                    ? backoff.replace(placement.set().getMetadata().getUid() + "/" + node, placement.now())
                    : Duration.ZERO;
            if (wait.isZero()) {
                onFinished.accept(pod);
                surplus.add(pod);
            } else {
                again = again.filter(known -> known.compareTo(wait) < 0).or(() -> Optional.of(wait));
            }
        }
        if (placement.maxSurge() == 0) {
            running.stream().skip(1).forEach(surplus::add);
        } else {
            keepOldAndNew(running);
        }
    }

    /** With a surge two pods may be on a node, an old and a new one, until the new one is available. */
    private void keepOldAndNew(List<Pod> running) {
        List<Pod> current = running.stream().filter(placement::isCurrent).toList();
        List<Pod> old =
                running.stream().filter(pod -> !placement.isCurrent(pod)).toList();
        current.stream().skip(1).forEach(surplus::add);
        old.stream().skip(1).forEach(surplus::add);
        if (!current.isEmpty() && !old.isEmpty()) {
            boolean done = placement.isAvailable(current.get(0)) || !placement.isAvailable(old.get(0));
            if (done) {
                surplus.add(old.get(0));
            }
        }
    }

    /** Replaces old pods, within the limits. */
    void roll() {
        if (placement.maxSurge() > 0) {
            surge();
        } else {
            replace();
        }
    }

    private void replace() {
        int unavailable = 0;
        List<Pod> candidates = new ArrayList<>();
        for (var entry : placement.fits().entrySet()) {
            if (!entry.getValue().starts()) {
                continue;
            }
            List<Pod> here = staying(entry.getKey());
            if (here.size() != 1) {
                unavailable++;
            } else if (placement.isCurrent(here.get(0))) {
                unavailable += placement.isAvailable(here.get(0)) ? 0 : 1;
            } else if (placement.isAvailable(here.get(0))) {
                candidates.add(here.get(0));
            } else {
                // Nothing is lost with it.
                surplus.add(here.get(0));
                unavailable++;
            }
        }
        candidates.stream()
                .limit(Math.max(0, placement.maxUnavailable() - unavailable))
                .forEach(surplus::add);
    }

    private void surge() {
        int surging = 0;
        List<String> candidates = new ArrayList<>();
        for (var entry : placement.fits().entrySet()) {
            if (!entry.getValue().starts()) {
                continue;
            }
            List<Pod> here = staying(entry.getKey());
            Optional<Pod> current = here.stream().filter(placement::isCurrent).findFirst();
            Optional<Pod> old =
                    here.stream().filter(pod -> !placement.isCurrent(pod)).findFirst();
            if (old.isEmpty()) {
                continue;
            }
            if (current.isPresent()) {
                surging += placement.isAvailable(current.get()) ? 0 : 1;
            } else if (placement.isAvailable(old.get())) {
                candidates.add(entry.getKey());
            } else {
                needed.add(entry.getKey());
            }
        }
        candidates.stream().limit(Math.max(0, placement.maxSurge() - surging)).forEach(needed::add);
    }

    private List<Pod> staying(String node) {
        return placement.on(node).stream()
                .filter(pod -> !Pods.isBeingDeleted(pod))
                .toList();
    }
}
