package io.coxswain.kinds.quota;

import io.coxswain.meta.GroupResource;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.quantity.Quantity;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Counts objects: each uses one of {@code count/<resource>.<group>}, and one of the older short name if there is one. */
final class ObjectCount implements UsageEvaluator {
    static final String PREFIX = "count/";
    static final Quantity ONE = Quantity.of(1, Quantity.Format.DECIMAL_SI);

    private final GroupResource resource;
    private final Usage one;

    ObjectCount(GroupResource resource, boolean shortName) {
        this.resource = resource;
        Map<String, Quantity> names = new HashMap<>();
        names.put(PREFIX + resource, ONE);
        if (shortName) {
            names.put(resource.resource(), ONE);
        }
        this.one = new Usage(names);
    }

    @Override
    public GroupResource resource() {
        return resource;
    }

    @Override
    public Set<String> matching(Collection<String> hard) {
        Set<String> matching = new HashSet<>(hard);
        matching.retainAll(one.amounts().keySet());
        return matching;
    }

    @Override
    public Usage usage(ObjectView object, Instant now) {
        return one;
    }
}
