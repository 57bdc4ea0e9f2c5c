package io.coxswain.kinds.quota;

import io.coxswain.meta.GroupResource;
import io.coxswain.meta.ObjectView;
import java.time.Instant;
import java.util.Collection;
import java.util.Set;

/** Says what objects of one resource use. Pure and thread-safe. */
public interface UsageEvaluator {
    /** The resource whose objects it knows. */
    GroupResource resource();

    /** Whether an update can use more than the object did before. */
    default boolean chargesUpdates() {
        return false;
    }

    /** Those of a quota's names that objects of this resource can use. */
    Set<String> matching(Collection<String> hard);

    /** What the object uses; an ended pod uses little, hence the time. */
    Usage usage(ObjectView object, Instant now);

    /** Whether the object falls under a scope of a quota. */
    default boolean isInScope(QuotaScope scope, ObjectView object) {
        return false;
    }

    /** What the object must say before it can be charged: {@code must specify limits.cpu for: c}; {@code ""} if all is said. */
    default String missing(Collection<String> required, ObjectView object) {
        return "";
    }
}
