package io.coxswain.controller.daemonset;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How long a failed pod of a node stays before it is replaced: 1 s, doubled each time, at most 15 minutes. Thread-safe. */
final class FailedPodBackoff {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    private record Entry(Duration delay, Instant since) {}

    /** Zero if the pod may be replaced now, which counts as done then. */
    Duration replace(String key, Instant now) {
        Entry known = entries.get(key);
        if (known != null && known.since().plus(known.delay()).isAfter(now)) {
            return Duration.between(now, known.since().plus(known.delay()));
        }
        // A node that was well for twice the longest delay begins anew.
        boolean goesOn =
                known != null && !known.since().plus(LONGEST.multipliedBy(2)).isBefore(now);
        Duration doubled = known != null && goesOn ? known.delay().multipliedBy(2) : FIRST;
        entries.put(key, new Entry(doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled, now));
        entries.values()
                .removeIf(entry -> entry.since().plus(LONGEST.multipliedBy(2)).isBefore(now));
        return Duration.ZERO;
    }
}
