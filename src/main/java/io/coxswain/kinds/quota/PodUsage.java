package io.coxswain.kinds.quota;

import io.coxswain.kinds.podspec.PodResources;
import io.coxswain.kinds.podspec.QosClass;
import io.coxswain.kinds.rules.ResourceRules;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.quantity.Quantity;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Pods use what their containers ask for. A pod that has ended, or should long be gone, is only counted. */
final class PodUsage implements UsageEvaluator {
    private static final List<String> COMPUTE = List.of("cpu", "memory", "ephemeral-storage");
    private static final String COUNT = "count/pods";
    private static final String REQUESTS = "requests.";
    private static final String LIMITS = "limits.";
    /** What a container must name itself if a quota bounds it. */
    private static final Set<String> DEMANDED =
            Set.of("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory");

    @Override
    public GroupResource resource() {
        return new GroupResource("", "pods");
    }

    @Override
    public Set<String> matching(Collection<String> hard) {
        return hard.stream().filter(PodUsage::isOfPods).collect(Collectors.toSet());
    }

    static boolean isOfPods(String name) {
        if (name.equals("pods") || name.equals(COUNT) || ResourceRules.isHugePages(name) || COMPUTE.contains(name)) {
            return true;
        }
        if (name.startsWith(REQUESTS)) {
            String resource = name.substring(REQUESTS.length());
            return COMPUTE.contains(resource)
                    || ResourceRules.isHugePages(resource)
                    || ResourceRules.isExtended(resource);
        }
        return name.startsWith(LIMITS) && COMPUTE.contains(name.substring(LIMITS.length()));
    }

    @Override
    public Usage usage(ObjectView pod, Instant now) {
        Map<String, Quantity> amounts = new HashMap<>();
        if (isLive(pod, now)) {
            amounts.putAll(compute(PodResources.requests(pod), PodResources.limits(pod)));
            amounts.put("pods", ObjectCount.ONE);
        }
        amounts.put(COUNT, ObjectCount.ONE);
        return new Usage(amounts);
    }

    private static Map<String, Quantity> compute(Map<String, Quantity> requests, Map<String, Quantity> limits) {
        Map<String, Quantity> amounts = new HashMap<>();
        requests.forEach((name, amount) -> {
            if (COMPUTE.contains(name) || ResourceRules.isHugePages(name)) {
                amounts.put(name, amount);
                amounts.put(REQUESTS + name, amount);
            } else if (ResourceRules.isExtended(name)) {
                amounts.put(REQUESTS + name, amount);
            }
        });
        limits.forEach((name, amount) -> {
            if (COMPUTE.contains(name)) {
                amounts.put(LIMITS + name, amount);
            }
        });
        return amounts;
    }

    private static boolean isLive(ObjectView pod, Instant now) {
        String phase = pod.text("status", "phase");
        if (phase.equals("Succeeded") || phase.equals("Failed")) {
            return false;
        }
        String deletion = pod.text("metadata", "deletionTimestamp");
        Long grace = pod.number("metadata", "deletionGracePeriodSeconds").orElse(null);
        if (deletion.isEmpty() || grace == null) {
            return true;
        }
        try {
            return !now.isAfter(Instant.parse(deletion).plusSeconds(grace));
        } catch (DateTimeException | ArithmeticException malformed) {
            return true;
        }
    }

    @Override
    public boolean isInScope(QuotaScope scope, ObjectView pod) {
        return switch (scope.name()) {
            case "Terminating" -> isTerminating(pod);
            case "NotTerminating" -> !isTerminating(pod);
            case "BestEffort" -> QosClass.of(pod) == QosClass.BEST_EFFORT;
            case "NotBestEffort" -> QosClass.of(pod) != QosClass.BEST_EFFORT;
            case "PriorityClass" -> scope.accepts(pod.text("spec", "priorityClassName"));
            case "CrossNamespacePodAffinity" -> looksIntoOtherNamespaces(pod);
            default -> false;
        };
    }

    /** Whether the pod will end by itself, by its deadline. */
    private static boolean isTerminating(ObjectView pod) {
        return pod.number("spec", "activeDeadlineSeconds")
                .filter(seconds -> seconds >= 0)
                .isPresent();
    }

    private static boolean looksIntoOtherNamespaces(ObjectView pod) {
        for (String kind : new String[] {"podAffinity", "podAntiAffinity"}) {
            for (ObjectView term :
                    pod.items("spec", "affinity", kind, "requiredDuringSchedulingIgnoredDuringExecution")) {
                if (isCross(term)) {
                    return true;
                }
            }
            for (ObjectView preference :
                    pod.items("spec", "affinity", kind, "preferredDuringSchedulingIgnoredDuringExecution")) {
                if (isCross(new ObjectView(preference.object("podAffinityTerm")))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isCross(ObjectView term) {
        return !term.array("namespaces").isEmpty()
                || term.at("namespaceSelector").isPresent();
    }

    @Override
    public String missing(Collection<String> required, ObjectView pod) {
        Set<String> demanded = new TreeSet<>(required);
        demanded.retainAll(DEMANDED);
        if (pod.at("spec", "resources").isPresent()) {
            return ""; // the pod as a whole says it
        }
        Map<String, Set<String>> missing = new TreeMap<>();
        for (String list : new String[] {"containers", "initContainers"}) {
            for (ObjectView container : pod.items("spec", list)) {
                Set<String> said = compute(
                                ResourceRules.amounts(container, "resources", "requests"),
                                ResourceRules.amounts(container, "resources", "limits"))
                        .keySet();
                for (String name : demanded) {
                    if (!said.contains(name)) {
                        missing.computeIfAbsent(name, key -> new TreeSet<>()).add(container.text("name"));
                    }
                }
            }
        }
        if (missing.isEmpty()) {
            return "";
        }
        return "must specify "
                + missing.entrySet().stream()
                        .map(entry -> entry.getKey() + " for: " + String.join(",", entry.getValue()))
                        .collect(Collectors.joining("; "));
    }
}
