package io.coxswain.controller.job;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How long a Job waits before it replaces a failed pod: 10 s, doubled with each failure since the last success, at most
 * 10 minutes.
 *
 * @param failures since the last success
 */
record Backoff(int failures, Instant lastFailure) {
    static final Backoff NONE = new Backoff(0, Instant.EPOCH);

    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofMinutes(10);

    /** What it is with these pods, none of which was told before. */
    Backoff with(List<Pod> succeeded, List<Pod> failed) {
        Instant lastSuccess = succeeded.stream()
                .map(JobPods::finished)
                .max(Instant::compareTo)
                .orElse(Instant.MIN);
        int base = succeeded.isEmpty() ? failures : 0;
        List<Instant> since = failed.stream()
                .map(JobPods::finished)
                .filter(time -> !time.isBefore(lastSuccess))
                .toList();
        Instant last = since.stream().max(Instant::compareTo).orElse(lastFailure);
        return new Backoff(base + since.size(), last.isAfter(lastFailure) ? last : lastFailure);
    }

    /** Zero if a pod may be made now. */
    Duration remaining(Instant now) {
        if (failures == 0) {
            return Duration.ZERO;
        }
        // 2^6 * 10 s is beyond the longest wait.
        Duration delay = FIRST.multipliedBy(1L << Math.min(failures - 1, 6));
        Duration capped = delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
        Duration rest = Duration.between(now, lastFailure.plus(capped));
        return rest.isNegative() ? Duration.ZERO : rest;
    }
}
