package io.coxswain.controller.deployment;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The annotations by which revisions are counted and sizes remembered. All methods change the object they are given. */
final class Revisions {
    static final String REVISION = "deployment.kubernetes.io/revision";
    static final String HISTORY = "deployment.kubernetes.io/revision-history";
    static final String DESIRED = "deployment.kubernetes.io/desired-replicas";
    static final String MAX = "deployment.kubernetes.io/max-replicas";

    private static final int MAX_HISTORY_LENGTH = 2000;
    private static final Set<String> NOT_COPIED = Set.of(
            "kubectl.kubernetes.io/last-applied-configuration",
            REVISION,
            HISTORY,
            DESIRED,
            MAX,
            "deprecated.deployment.rollback.to");

    private Revisions() {}

    static long of(ReplicaSet set) {
        return number(annotations(set.getMetadata()).get(REVISION));
    }

    static long highest(Collection<ReplicaSet> sets) {
        return sets.stream().mapToLong(Revisions::of).max().orElse(0);
    }

    static int maxReplicas(ReplicaSet set) {
        return (int) number(annotations(set.getMetadata()).get(MAX));
    }

    /** Empty annotations count as unknown: -1. */
    static int desiredReplicas(ReplicaSet set) {
        String text = annotations(set.getMetadata()).get(DESIRED);
        return text == null ? -1 : (int) number(text);
    }

    private static long number(@org.jspecify.annotations.Nullable String text) {
        if (text == null) {
            return 0;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException malformed) {
            return 0;
        }
    }

    /** Brings the new set's annotations up to date; true if anything changed. */
    static boolean annotate(ReplicaSet set, Deployment deployment, long revision, boolean exists) {
        Map<String, String> before = annotations(set.getMetadata());
        Map<String, String> after = new LinkedHashMap<>(before);
        annotations(deployment.getMetadata()).forEach((name, value) -> {
            if (!NOT_COPIED.contains(name)) {
                after.put(name, value);
            }
        });
        long old = of(set);
        if (old < revision) {
            after.put(REVISION, Long.toString(revision));
            String oldText = before.get(REVISION);
            if (oldText != null) {
                after.put(HISTORY, appended(before.get(HISTORY), oldText));
            }
        }
        if (!exists) {
            putSizes(after, deployment);
        }
        set.getMetadata().setAnnotations(after);
        return !after.equals(before);
    }

    private static String appended(@org.jspecify.annotations.Nullable String history, String revision) {
        if (history == null || history.isEmpty()) {
            return revision;
        }
        String joined = history + "," + revision;
        while (joined.length() > MAX_HISTORY_LENGTH && joined.indexOf(',') > 0) {
            joined = joined.substring(joined.indexOf(',') + 1);
        }
        return joined;
    }

    /** Writes down for which size of the deployment the set was scaled; true if anything changed. */
    static boolean rememberSizes(ReplicaSet set, Deployment deployment) {
        Map<String, String> before = annotations(set.getMetadata());
        Map<String, String> after = new LinkedHashMap<>(before);
        putSizes(after, deployment);
        set.getMetadata().setAnnotations(after);
        return !after.equals(before);
    }

    private static void putSizes(Map<String, String> annotations, Deployment deployment) {
        int wanted = RolloutMath.replicas(deployment);
        annotations.put(DESIRED, Integer.toString(wanted));
        annotations.put(MAX, Integer.toString(wanted + RolloutMath.maxSurge(deployment)));
    }

    /** Sets the deployment's own revision; true if it changed. */
    static boolean setRevision(Deployment deployment, ReplicaSet newSet) {
        String revision = annotations(newSet.getMetadata()).getOrDefault(REVISION, "");
        Map<String, String> after = new LinkedHashMap<>(annotations(deployment.getMetadata()));
        boolean changed = !revision.equals(after.put(REVISION, revision));
        deployment.getMetadata().setAnnotations(after);
        return changed;
    }

    private static Map<String, String> annotations(ObjectMeta meta) {
        return meta.getAnnotations() == null ? Map.of() : meta.getAnnotations();
    }
}
