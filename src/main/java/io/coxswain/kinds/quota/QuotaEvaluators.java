package io.coxswain.kinds.quota;

import io.coxswain.meta.GroupResource;
import io.coxswain.meta.ObjectView;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds the evaluator of a resource, and the quotas that an object counts against. */
public final class QuotaEvaluators {
    private static final Set<String> SHORT_NAMES =
            Set.of("configmaps", "secrets", "replicationcontrollers", "resourcequotas");
    private static final Map<GroupResource, UsageEvaluator> SPECIAL = Map.of(
            new GroupResource("", "pods"), new PodUsage(),
            new GroupResource("", "services"), new ServiceUsage(),
            new GroupResource("", "persistentvolumeclaims"), new ClaimUsage());

    private QuotaEvaluators() {}

    /** Any resource has one: what has no rules of its own is counted. */
    public static UsageEvaluator of(GroupResource resource) {
        UsageEvaluator special = SPECIAL.get(resource);
        return special != null
                ? special
                : new ObjectCount(resource, resource.group().isEmpty() && SHORT_NAMES.contains(resource.resource()));
    }

    /** The resource whose objects use what a quota names; empty if nothing we know does. */
    public static Optional<GroupResource> resourceOf(String hardName) {
        if (hardName.startsWith(ObjectCount.PREFIX)) {
            return Optional.of(GroupResource.parse(hardName.substring(ObjectCount.PREFIX.length())));
        }
        if (SHORT_NAMES.contains(hardName)) {
            return Optional.of(new GroupResource("", hardName));
        }
        return SPECIAL.values().stream()
                .filter(evaluator -> !evaluator.matching(Set.of(hardName)).isEmpty())
                .map(UsageEvaluator::resource)
                .findFirst();
    }

    /**
     * Whether an object counts against a quota.
     *
     * @param hard the names the quota bounds: of {@code status.hard} at admission, of {@code spec.hard} when counting
     */
    public static boolean matches(
            UsageEvaluator evaluator, ObjectView quota, Collection<String> hard, ObjectView object) {
        return !evaluator.matching(hard).isEmpty()
                && QuotaScope.of(quota).stream().allMatch(scope -> evaluator.isInScope(scope, object));
    }
}
