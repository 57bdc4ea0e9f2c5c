package io.coxswain.kinds.quota;

import io.coxswain.kinds.rules.ResourceRules;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.quantity.Quantity;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Volume claims use storage besides being counted, in all and by storage class. */
final class ClaimUsage implements UsageEvaluator {
    private static final String CLAIMS = "persistentvolumeclaims";
    private static final String STORAGE = "requests.storage";
    private static final String OF_CLASS = ".storageclass.storage.k8s.io/";

    @Override
    public GroupResource resource() {
        return new GroupResource("", CLAIMS);
    }

    @Override
    public boolean chargesUpdates() {
        return true;
    }

    @Override
    public Set<String> matching(Collection<String> hard) {
        return hard.stream()
                .filter(name -> name.equals(CLAIMS)
                        || name.equals(STORAGE)
                        || name.equals(ObjectCount.PREFIX + CLAIMS)
                        || name.endsWith(OF_CLASS + STORAGE)
                        || name.endsWith(OF_CLASS + CLAIMS))
                .collect(Collectors.toSet());
    }

    @Override
    public Usage usage(ObjectView claim, Instant now) {
        Map<String, Quantity> amounts = new HashMap<>();
        amounts.put(ObjectCount.PREFIX + CLAIMS, ObjectCount.ONE);
        amounts.put(CLAIMS, ObjectCount.ONE);
        String storageClass = claim.text("spec", "storageClassName");
        if (!storageClass.isEmpty()) {
            amounts.put(storageClass + OF_CLASS + CLAIMS, ObjectCount.ONE);
        }
        ResourceRules.parse(claim.text("spec", "resources", "requests", "storage"))
                .ifPresent(storage -> {
                    amounts.put(STORAGE, storage);
                    if (!storageClass.isEmpty()) {
                        amounts.put(storageClass + OF_CLASS + STORAGE, storage);
                    }
                });
        return new Usage(amounts);
    }
}
