package io.coxswain.scheduler.framework;

import io.coxswain.placement.HostPort;
import io.coxswain.placement.Volumes;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinity;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAntiAffinity;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A pod with what plugins ask of it again and again, calculated once. Immutable.
 *
 * @param requests what it asks for, init containers and overhead included
 * @param scoredRequests the same, with upstream's guess (0.1 CPU, 200 MiB) for containers that ask for nothing
 * @param hostPorts the ports it takes on its node
 */
public record PodInfo(Pod pod, Resources requests, Resources scoredRequests, Set<HostPort> hostPorts) {
    private static final Resources GUESS =
            new Resources(Map.of(Resources.CPU, 100L, Resources.MEMORY, 200L * 1024 * 1024));

    /** A claim that one of the volumes is. @param ephemeral it is made for the pod and belongs to it */
    public record ClaimUse(String name, boolean ephemeral) {}

    public static PodInfo of(Pod pod) {
        return new PodInfo(
                pod, requests(pod.getSpec(), false), requests(pod.getSpec(), true), HostPort.of(pod.getSpec()));
    }

    public String namespace() {
        return pod.getMetadata().getNamespace();
    }

    public String name() {
        return pod.getMetadata().getName();
    }

    public String uid() {
        return pod.getMetadata().getUid();
    }

    public Map<String, String> labels() {
        Map<String, String> labels = pod.getMetadata().getLabels();
        return labels == null ? Map.of() : labels;
    }

    public int priority() {
        Integer priority = pod.getSpec().getPriority();
        return priority == null ? 0 : priority;
    }

    public String schedulerName() {
        String name = pod.getSpec().getSchedulerName();
        return name == null || name.isEmpty() ? "default-scheduler" : name;
    }

    public boolean isBeingDeleted() {
        return pod.getMetadata().getDeletionTimestamp() != null;
    }

    /** The node that others were preempted for it on, or {@code ""}. */
    public String nominatedNode() {
        String node = pod.getStatus() == null ? null : pod.getStatus().getNominatedNodeName();
        return node == null ? "" : node;
    }

    /** Whether it preempts others; {@code preemptionPolicy: Never} says no. */
    public boolean mayPreempt() {
        return !"Never".equals(pod.getSpec().getPreemptionPolicy());
    }

    /** When its node took it, as far as that is known. */
    public Optional<Instant> startTime() {
        String time = pod.getStatus() == null ? null : pod.getStatus().getStartTime();
        try {
            return time == null || time.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(time));
        } catch (DateTimeParseException notATime) {
            return Optional.empty();
        }
    }

    /** Whether it is on its way out to make room for another. */
    public boolean isEndingByPreemption() {
        return isBeingDeleted()
                && pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .filter(condition -> "DisruptionTarget".equals(condition.getType()))
                        .limit(1)
                        .anyMatch(condition -> "True".equals(condition.getStatus())
                                && "PreemptionByScheduler".equals(condition.getReason()));
    }

    /** The claims that its volumes are, in their order. */
    public List<ClaimUse> claims() {
        List<ClaimUse> claims = new ArrayList<>();
        for (Volume volume : pod.getSpec().getVolumes()) {
            Volumes.claimName(pod, volume)
                    .ifPresent(name -> claims.add(new ClaimUse(name, volume.getEphemeral() != null)));
        }
        return claims;
    }

    /** Whether it has a word on the company it keeps. */
    public boolean isChoosy() {
        Affinity affinity = pod.getSpec().getAffinity();
        return affinity != null && (affinity.getPodAffinity() != null || affinity.getPodAntiAffinity() != null);
    }

    public boolean isBestEffort() {
        return requests.amounts().isEmpty();
    }

    public boolean matches(String inNamespace, LabelSelector selector) {
        return namespace().equals(inNamespace) && LabelSelectors.matches(selector, labels());
    }

    public List<PodAffinityTerm> requiredAffinity() {
        PodAffinity affinity = pod.getSpec().getAffinity() == null
                ? null
                : pod.getSpec().getAffinity().getPodAffinity();
        return affinity == null ? List.of() : affinity.getRequiredDuringSchedulingIgnoredDuringExecution();
    }

    public List<WeightedPodAffinityTerm> preferredAffinity() {
        PodAffinity affinity = pod.getSpec().getAffinity() == null
                ? null
                : pod.getSpec().getAffinity().getPodAffinity();
        return affinity == null ? List.of() : affinity.getPreferredDuringSchedulingIgnoredDuringExecution();
    }

    public List<PodAffinityTerm> requiredAntiAffinity() {
        PodAntiAffinity affinity = pod.getSpec().getAffinity() == null
                ? null
                : pod.getSpec().getAffinity().getPodAntiAffinity();
        return affinity == null ? List.of() : affinity.getRequiredDuringSchedulingIgnoredDuringExecution();
    }

    public List<WeightedPodAffinityTerm> preferredAntiAffinity() {
        PodAntiAffinity affinity = pod.getSpec().getAffinity() == null
                ? null
                : pod.getSpec().getAffinity().getPodAntiAffinity();
        return affinity == null ? List.of() : affinity.getPreferredDuringSchedulingIgnoredDuringExecution();
    }

    /** Containers run together; init containers before them one by one, but those that restart always stay (sidecars). */
    private static Resources requests(PodSpec spec, boolean guess) {
        Resources sidecars = Resources.NONE;
        Resources peak = Resources.NONE;
        for (Container init : spec.getInitContainers()) {
            Resources own = requests(init, guess);
            if ("Always".equals(init.getRestartPolicy())) {
                sidecars = sidecars.plus(own);
                peak = peak.max(sidecars);
            } else {
                peak = peak.max(sidecars.plus(own));
            }
        }
        Resources together = sidecars;
        for (Container container : spec.getContainers()) {
            together = together.plus(requests(container, guess));
        }
        Resources total = together.max(peak);
        if (spec.getResources() != null) {
            total = total.overriddenBy(Resources.of(spec.getResources().getRequests()));
        }
        return total.plus(Resources.of(spec.getOverhead()));
    }

    private static Resources requests(Container container, boolean guess) {
        Resources own = container.getResources() == null
                ? Resources.NONE
                : Resources.of(container.getResources().getRequests());
        return guess ? GUESS.overriddenBy(own) : own;
    }
}
