package io.coxswain.client;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what becomes of an event, with upstream's figures: more than ten different messages of one reason about one
 * object within ten minutes are combined; an equal event is counted up; more than 25 about one object are dropped, with
 * one more allowed every five minutes. Not thread-safe.
 */
final class EventCorrelator {
    private static final int CACHE_SIZE = 4096;
    private static final int MAX_DIFFERENT_MESSAGES = 10;
    private static final Duration WINDOW = Duration.ofSeconds(600);
    private static final int BURST = 25;
    private static final double REFILL_PER_SECOND = 1.0 / 300;
    private static final String COMBINED = "(combined from similar events): ";

    private final Clock clock;
    private final Map<Similar, Aggregate> aggregates = lru();
    private final Map<Same, Seen> seen = lru();
    private final Map<String, Bucket> buckets = lru();

    EventCorrelator(Clock clock) {
        this.clock = clock;
    }

    /** What makes two events alike but for their message. */
    record Similar(String object, String type, String reason) {}

    private record Same(Similar similar, String message) {}

    private record Aggregate(Set<String> messages, Instant last) {}

    /** An event that has been written: its name, and how often it was seen. */
    record Seen(String name, int count, Instant first) {}

    private record Bucket(double tokens, Instant at) {}

    /**
     * What to write.
     *
     * @param message the message, perhaps with the mark of combined events
     * @param known the stored event to count up; empty for a new one
     */
    record Decision(String message, Optional<Seen> known) {}

    /** Empty if the event is to be dropped. */
    Optional<Decision> decide(Similar similar, String message) {
        Instant now = clock.instant();
        String text = combine(similar, message, now);
        if (!takeToken(similar.object(), now)) {
            return Optional.empty();
        }
        return Optional.of(new Decision(text, Optional.ofNullable(seen.get(new Same(similar, text)))));
    }

    /** Remembers what has been written. */
    void written(Similar similar, String message, Seen now) {
        seen.put(new Same(similar, message), now);
    }

    /** The stored event is gone: the next equal one is new. */
    void forget(Similar similar, String message) {
        seen.remove(new Same(similar, message));
    }

    private String combine(Similar similar, String message, Instant now) {
        Aggregate known = aggregates.get(similar);
        boolean fresh = known != null && Duration.between(known.last(), now).compareTo(WINDOW) <= 0;
        Set<String> messages = fresh && known != null ? known.messages() : new HashSet<>();
        boolean alreadyCombined = messages.size() >= MAX_DIFFERENT_MESSAGES && !messages.contains(message);
        if (!alreadyCombined) {
            messages.add(message);
        }
        aggregates.put(similar, new Aggregate(messages, now));
        return alreadyCombined ? COMBINED + message : message;
    }

    private boolean takeToken(String object, Instant now) {
        Bucket bucket = buckets.get(object);
        double tokens = bucket == null
                ? BURST
                : Math.min(
                        BURST,
                        bucket.tokens() + Duration.between(bucket.at(), now).toMillis() / 1000.0 * REFILL_PER_SECOND);
        boolean allowed = tokens >= 1;
        buckets.put(object, new Bucket(allowed ? tokens - 1 : tokens, now));
        return allowed;
    }

    private static <K, V> Map<K, V> lru() {
        return new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > CACHE_SIZE;
            }
        };
    }
}
