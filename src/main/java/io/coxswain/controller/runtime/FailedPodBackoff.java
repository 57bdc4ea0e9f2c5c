package io.coxswain.controller.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How long a failed pod of a place stays before it is replaced: not at all at first, then 1 s, doubled each time. Thread-safe. */
public final class FailedPodBackoff {
    private static final Duration FIRST = Duration.ofSeconds(1);

    private final Duration longest;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    private record Entry(Duration delay, Instant since) {
        Duration left(Instant now) {
            Duration left = Duration.between(now, since.plus(delay));
            return left.isNegative() ? Duration.ZERO : left;
        }
    }

    /** @param longest at which delays stop to grow; a place that was well for twice as long begins anew */
    public FailedPodBackoff(Duration longest) {
        this.longest = longest;
    }

    /** Zero if the pod may be replaced now, which counts as done then. */
    public Duration replace(String place, Instant now) {
        Duration left = left(place, now);
        if (!left.isZero()) {
            return left;
        }
        Entry known = entries.get(place);
        Duration doubled =
                known == null || isOver(known, now) ? FIRST : known.delay().multipliedBy(2);
        entries.put(place, new Entry(doubled.compareTo(longest) > 0 ? longest : doubled, now));
        entries.values().removeIf(entry -> isOver(entry, now));
        return Duration.ZERO;
    }

    /** How long a failed pod has to stay yet. */
    public Duration left(String place, Instant now) {
        Entry known = entries.get(place);
        return known == null ? Duration.ZERO : known.left(now);
    }

    private boolean isOver(Entry entry, Instant now) {
        return entry.since().plus(longest.multipliedBy(2)).isBefore(now);
    }
}
