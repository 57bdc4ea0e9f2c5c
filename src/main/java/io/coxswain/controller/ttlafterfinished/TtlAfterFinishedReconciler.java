package io.coxswain.controller.ttlafterfinished;

import io.coxswain.client.DeleteOptions;
import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Pods;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The loop behind {@code spec.ttlSecondsAfterFinished}. */
@Dependent
public class TtlAfterFinishedReconciler implements Reconciler {
    private final Clock clock;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<Job> jobs;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<Job> client;

    @Inject
    public TtlAfterFinishedReconciler(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "ttl-after-finished-controller";
    }

    @Override
    public String queueName() {
        return "ttl_jobs_to_delete";
    }

    @Override
    public void setUp(Watches watches) {
        jobs = watches.primary(ResourceTypes.JOBS).lister();
        client = watches.client().resource(ResourceTypes.JOBS);
    }

    @Override
    public Result reconcile(Key key) {
        Optional<Duration> left = jobs.get(key.namespace(), key.name()).flatMap(this::timeLeft);
        if (left.isEmpty()) {
            return Result.done();
        }
        if (left.get().compareTo(Duration.ZERO) > 0) {
            return Result.after(left.get());
        }
        // The cache may be behind a longer time to live, or a new job of the name.
        Optional<Job> live = client.find(key.namespace(), key.name());
        Optional<Duration> liveLeft = live.flatMap(this::timeLeft);
        if (liveLeft.isEmpty()) {
            return Result.done();
        }
        if (liveLeft.get().compareTo(Duration.ZERO) > 0) {
            return Result.after(liveLeft.get());
        }
        try {
            client.delete(
                    key.namespace(),
                    key.name(),
                    new DeleteOptions(
                            null, "Foreground", live.get().getMetadata().getUid(), null));
        } catch (ApiException e) {
            if (!e.isNotFound()) {
                throw e;
            }
        }
        return Result.done();
    }

    /** Until the job may go; empty if it does not go by itself, or goes already. */
    private Optional<Duration> timeLeft(Job job) {
        Integer ttl = job.getSpec().getTtlSecondsAfterFinished();
        if (ttl == null || job.getStatus() == null || job.getMetadata().getDeletionTimestamp() != null) {
            return Optional.empty();
        }
        Optional<Instant> finished = job.getStatus().getConditions().stream()
                .filter(condition -> List.of("Complete", "Failed").contains(condition.getType())
                        && "True".equals(condition.getStatus()))
                .findFirst()
                .flatMap(condition -> Pods.time(condition.getLastTransitionTime()));
        return finished.map(time -> Duration.between(clock.instant(), time.plusSeconds(ttl)));
    }
}
