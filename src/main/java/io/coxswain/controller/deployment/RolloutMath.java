package io.coxswain.controller.deployment;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentStrategy;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import io.fabric8.kubernetes.api.model.apps.RollingUpdateDeployment;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The numbers of a roll-out. */
final class RolloutMath {
    private RolloutMath() {}

    static int replicas(Deployment deployment) {
        Integer wanted = deployment.getSpec().getReplicas();
        return wanted == null ? 1 : wanted;
    }

    static int replicas(ReplicaSet set) {
        Integer wanted = set.getSpec().getReplicas();
        return wanted == null ? 1 : wanted;
    }

    static int wanted(Collection<ReplicaSet> sets) {
        return sets.stream().mapToInt(RolloutMath::replicas).sum();
    }

    static int actual(Collection<ReplicaSet> sets) {
        return sets.stream().mapToInt(set -> number(status(set).getReplicas())).sum();
    }

    static int ready(Collection<ReplicaSet> sets) {
        return sets.stream()
                .mapToInt(set -> number(status(set).getReadyReplicas()))
                .sum();
    }

    static int available(ReplicaSet set) {
        return number(status(set).getAvailableReplicas());
    }

    static int available(Collection<ReplicaSet> sets) {
        return sets.stream().mapToInt(RolloutMath::available).sum();
    }

    static ReplicaSetStatus status(ReplicaSet set) {
        return set.getStatus() == null ? new ReplicaSetStatus() : set.getStatus();
    }

    static int number(@Nullable Integer value) {
        return value == null ? 0 : value;
    }

    static boolean isRollingUpdate(Deployment deployment) {
        DeploymentStrategy strategy = deployment.getSpec().getStrategy();
        return strategy == null || !"Recreate".equals(strategy.getType());
    }

    /** How many pods may exist above the wanted count; a percentage is rounded up. */
    static int maxSurge(Deployment deployment) {
        if (!isRollingUpdate(deployment)) {
            return 0;
        }
        RollingUpdateDeployment rolling = rolling(deployment);
        return scaled(rolling == null ? null : rolling.getMaxSurge(), replicas(deployment), true);
    }

    /** How many of the wanted pods may be missing; a percentage is rounded down. If nothing may move at all, one may. */
    static int maxUnavailable(Deployment deployment) {
        int replicas = replicas(deployment);
        if (!isRollingUpdate(deployment) || replicas == 0) {
            return 0;
        }
        RollingUpdateDeployment rolling = rolling(deployment);
        int unavailable = scaled(rolling == null ? null : rolling.getMaxUnavailable(), replicas, false);
        if (unavailable == 0 && maxSurge(deployment) == 0) {
            unavailable = 1;
        }
        return Math.min(unavailable, replicas);
    }

    static int minAvailable(Deployment deployment) {
        return replicas(deployment) - maxUnavailable(deployment);
    }

    private static @Nullable RollingUpdateDeployment rolling(Deployment deployment) {
        DeploymentStrategy strategy = deployment.getSpec().getStrategy();
        return strategy == null ? null : strategy.getRollingUpdate();
    }

    private static int scaled(@Nullable IntOrString value, int total, boolean up) {
        if (value == null) {
            return 0;
        }
        if (value.getIntVal() != null) {
            return value.getIntVal();
        }
        String text = value.getStrVal();
        if (text == null || !text.matches("\\d{1,9}%")) {
            return 0;
        }
        double share = Integer.parseInt(text.substring(0, text.length() - 1)) * (double) total / 100;
        return (int) (up ? Math.ceil(share) : Math.floor(share));
    }

    /** How large the new set should be now. */
    static int newSetSize(Deployment deployment, Collection<ReplicaSet> all, int newSetReplicas) {
        int wanted = replicas(deployment);
        if (!isRollingUpdate(deployment)) {
            return wanted;
        }
        int current = wanted(all);
        int limit = wanted + maxSurge(deployment);
        if (current >= limit) {
            return newSetReplicas;
        }
        return newSetReplicas + Math.min(limit - current, wanted - newSetReplicas);
    }

    /** What a set gains or loses when a deployment is scaled in the midst of a roll-out: its share, rounded. */
    static int proportion(ReplicaSet set, Deployment deployment, int toAdd, int added, int maxBefore) {
        if (replicas(set) == 0 || toAdd == 0 || toAdd == added) {
            return 0;
        }
        int share = share(set, deployment, maxBefore);
        int rest = toAdd - added;
        return toAdd > 0 ? Math.min(share, rest) : Math.max(share, rest);
    }

    private static int share(ReplicaSet set, Deployment deployment, int maxBefore) {
        if (replicas(deployment) == 0) {
            return -replicas(set);
        }
        if (maxBefore == 0) {
            return 0;
        }
        int maxNow = replicas(deployment) + maxSurge(deployment);
        return (int) Math.round((double) replicas(set) * maxNow / maxBefore) - replicas(set);
    }
}
