package io.coxswain.controller.cronjob;

import io.coxswain.controller.runtime.Pods;
import io.coxswain.meta.cron.CronSchedule;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * The latest time at which a CronJob should have run and did not.
 *
 * @param tooMany more than a hundred times were missed
 */
record DueTime(Instant time, boolean tooMany) {
    private static final int MANY = 100;

    /** Empty if nothing is due. Costs little however long the schedule was not looked at. */
    static Optional<DueTime> of(CronJob cronJob, CronSchedule schedule, ZoneId zone, Instant now) {
        Instant from = since(cronJob, now);
        Optional<Instant> first = schedule.next(from, zone).filter(time -> !time.isAfter(now));
        if (first.isEmpty()) {
            return Optional.empty();
        }
        Optional<Instant> second = schedule.next(first.get(), zone).filter(time -> !time.isAfter(now));
        if (second.isEmpty()) {
            return Optional.of(new DueTime(first.get(), false));
        }
        long period = Math.max(1, Duration.between(first.get(), second.get()).toSeconds());
        long missed = Duration.between(first.get(), now).toSeconds() / period + 1;
        // A few periods back is early enough for a regular schedule; any other is walked from where it began.
        Instant near = first.get().plusSeconds(Math.max(0, missed - 2) * period);
        Instant latest = walk(near, schedule, zone, now)
                .or(() -> walk(second.get(), schedule, zone, now))
                .orElse(second.get());
        return Optional.of(new DueTime(latest, missed > MANY));
    }

    private static Instant since(CronJob cronJob, Instant now) {
        Instant from = Optional.ofNullable(cronJob.getStatus())
                .flatMap(status -> Pods.time(status.getLastScheduleTime()))
                .orElseGet(() -> Pods.created(cronJob.getMetadata()));
        Long deadline = cronJob.getSpec().getStartingDeadlineSeconds();
        if (deadline == null) {
            return from;
        }
        Instant earliest = now.minusSeconds(deadline);
        return earliest.isAfter(from) ? earliest : from;
    }

    private static Optional<Instant> walk(Instant from, CronSchedule schedule, ZoneId zone, Instant now) {
        Optional<Instant> latest = Optional.empty();
        Optional<Instant> next = schedule.next(from, zone);
        while (next.isPresent() && !next.get().isAfter(now)) {
            latest = next;
            next = schedule.next(next.get(), zone);
        }
        return latest;
    }
}
