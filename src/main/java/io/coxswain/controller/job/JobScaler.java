package io.coxswain.controller.job;

import io.coxswain.client.Key;
import io.coxswain.controller.runtime.DeletionOrder;
import io.coxswain.controller.runtime.PodWrites;
import io.coxswain.controller.runtime.Pods;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the pods a Job lacks and removes those it has too many. */
final class JobScaler {
    /** At most so many pods are made or deleted in one go. */
    private static final int BURST = 500;

    /** Longer names would be cut where the random end is put on. */
    private static final int LONGEST_PREFIX = 58;

    private static final String INDEX_VARIABLE = "JOB_COMPLETION_INDEX";

    private final PodWrites writes;
    private final TrackingFinalizers finalizers;

    JobScaler(PodWrites writes, TrackingFinalizers finalizers) {
        this.writes = writes;
        this.finalizers = finalizers;
    }

    /**
     * What was done.
     *
     * @param active pods that run or will run now
     * @param deleted pods that were told to end
     * @param again when to come back, because a back-off has to pass first
     */
    record Outcome(int active, int deleted, Optional<Duration> again, Optional<ApiException> failure) {}

    Outcome scale(Key key, JobState state, Backoff backoff, Instant now) {
        List<Pod> active = state.active();
        if (JobPods.isSuspended(state.job())) {
            return remove(key, state.job(), active, active.size());
        }
        int wanted = wanted(state, active.size());
        List<Pod> surplus = surplus(state, active, Math.max(0, active.size() - wanted), now);
        if (!surplus.isEmpty()) {
            return remove(key, state.job(), surplus, active.size());
        }
        int held = JobPods.replacesOnlyFailed(state.job()) ? state.terminating() : 0;
        int missing = Math.min(wanted - held - active.size(), BURST);
        return missing > 0
                ? create(key, state, missing, backoff, now)
                : new Outcome(active.size(), 0, Optional.empty(), Optional.empty());
    }

    private static int wanted(JobState state, int active) {
        Job job = state.job();
        int parallelism = JobPods.number(job.getSpec().getParallelism());
        if (job.getSpec().getCompletions() == null) {
            // A work queue: the first success says that the work is done, so nothing new is started.
            return state.succeeded() > 0 ? Math.min(active, parallelism) : parallelism;
        }
        int failedIndexes = state.failedIndexes().map(IndexSet::size).orElse(0);
        int open = JobPods.completions(job) - state.succeeded() - failedIndexes;
        return Math.max(0, Math.min(parallelism, open));
    }

    /** Tells pods to end that are not to be counted: the finalizer goes first. */
    private Outcome remove(Key key, Job job, List<Pod> pods, int active) {
        if (pods.isEmpty()) {
            return new Outcome(active, 0, Optional.empty(), Optional.empty());
        }
        List<Pod> victims = pods.subList(0, Math.min(pods.size(), BURST));
        victims.stream().filter(JobPods::hasFinalizer).forEach(pod -> finalizers.release(key, pod));
        PodWrites.Outcome outcome = writes.delete(key, job, victims);
        return new Outcome(active - outcome.done(), outcome.done(), Optional.empty(), outcome.failure());
    }

    private static List<Pod> surplus(JobState state, List<Pod> active, int atLeast, Instant now) {
        List<Pod> ranked =
                active.stream().sorted(DeletionOrder.first(active, now)).toList();
        if (!JobPods.isIndexed(state.job())) {
            return ranked.subList(0, atLeast);
        }
        List<Pod> useless = new ArrayList<>();
        List<Pod> useful = new ArrayList<>();
        java.util.Set<Integer> served = new java.util.HashSet<>();
        // The best pod of an index stays.
        for (int i = ranked.size() - 1; i >= 0; i--) {
            Pod pod = ranked.get(i);
            int index = JobPods.index(pod);
            boolean useable = JobState.hasValidIndex(state.job(), pod) && state.needsIndex(index) && served.add(index);
            (useable ? useful : useless).add(pod);
        }
        useful.sort((a, b) -> Integer.compare(JobPods.index(b), JobPods.index(a)));
        useless.addAll(useful.subList(0, Math.max(0, Math.min(useful.size(), atLeast - useless.size()))));
        return useless;
    }

    private Outcome create(Key key, JobState state, int missing, Backoff backoff, Instant now) {
        int active = state.active().size();
        List<Pod> pods;
        Optional<Duration> again = Optional.empty();
        if (state.failedIndexes().isPresent()) {
            Map<Integer, Pod> failed = state.awaitingReplacement();
            pods = new ArrayList<>();
            for (int index : state.pendingIndexes(JobPods.completions(state.job()))) {
                Optional<Pod> before = Optional.ofNullable(failed.get(index));
                Duration wait = before.map(pod -> perIndex(pod).remaining(now)).orElse(Duration.ZERO);
                if (!wait.isZero()) {
                    again = again.filter(known -> known.compareTo(wait) < 0).or(() -> Optional.of(wait));
                } else if (pods.size() < missing) {
                    pods.add(indexed(state.job(), index, before));
                }
            }
        } else {
            Duration wait = backoff.remaining(now);
            if (!wait.isZero()) {
                return new Outcome(active, 0, Optional.of(wait), Optional.empty());
            }
            pods = JobPods.isIndexed(state.job())
                    ? state.pendingIndexes(missing).stream()
                            .map(index -> indexed(state.job(), index, Optional.empty()))
                            .toList()
                    : Collections.nCopies(missing, pod(state.job()));
        }
        if (pods.isEmpty()) {
            return new Outcome(active, 0, again, Optional.empty());
        }
        PodWrites.Outcome outcome = writes.create(key, state.job(), pods);
        return new Outcome(active + outcome.done(), 0, again, outcome.failure());
    }

    private static Backoff perIndex(Pod failed) {
        return new Backoff(JobPods.failures(failed) + JobPods.ignoredFailures(failed) + 1, JobPods.finished(failed));
    }

    private static Pod pod(Job job) {
        return new PodBuilder(PodWrites.podOf(job, job.getSpec().getTemplate()))
                .editMetadata()
                .addToFinalizers(JobPods.FINALIZER)
                .endMetadata()
                .build();
    }

    private static Pod indexed(Job job, int index, Optional<Pod> failed) {
        String end = "-" + index + "-";
        String name = job.getMetadata().getName();
        String start = name.substring(0, Math.min(name.length(), LONGEST_PREFIX - end.length()));
        Pod pod = new PodBuilder(pod(job))
                .editMetadata()
                .withGenerateName(start + end)
                .addToAnnotations(JobPods.INDEX, Integer.toString(index))
                .addToLabels(JobPods.INDEX, Integer.toString(index))
                .endMetadata()
                .editSpec()
                .withHostname(name + "-" + index)
                .endSpec()
                .build();
        if (JobPods.limitsIndexes(job)) {
            failuresBefore(job, failed, pod.getMetadata().getAnnotations());
        }
        pod.getSpec().getContainers().forEach(JobScaler::addIndexVariable);
        pod.getSpec().getInitContainers().forEach(JobScaler::addIndexVariable);
        return pod;
    }

    private static void failuresBefore(Job job, Optional<Pod> failed, Map<String, String> annotations) {
        int counted = failed.map(JobPods::failures).orElse(0);
        int ignored = failed.map(JobPods::ignoredFailures).orElse(0);
        if (failed.isPresent()) {
            boolean counts = PodFailurePolicies.of(job, failed.get()).counts();
            counted += counts ? 1 : 0;
            ignored += counts ? 0 : 1;
        }
        annotations.put(JobPods.FAILURES, Integer.toString(counted));
        if (ignored > 0) {
            annotations.put(JobPods.IGNORED, Integer.toString(ignored));
        }
    }

    private static void addIndexVariable(Container container) {
        boolean known = container.getEnv().stream().anyMatch(variable -> INDEX_VARIABLE.equals(variable.getName()));
        if (!known) {
            List<EnvVar> variables = new ArrayList<>(container.getEnv());
            variables.add(new EnvVarBuilder()
                    .withName(INDEX_VARIABLE)
                    .withNewValueFrom()
                    .withNewFieldRef()
                    .withFieldPath("metadata.labels['" + JobPods.INDEX + "']")
                    .endFieldRef()
                    .endValueFrom()
                    .build());
            container.setEnv(variables);
        }
    }

    /** Ends all pods that still run, after the job's end was decided. They keep the finalizer: what is to be counted of them is counted. */
    Outcome end(Key key, JobState state) {
        List<Pod> active = state.pods().stream().filter(Pods::isActive).toList();
        if (active.isEmpty()) {
            return new Outcome(0, 0, Optional.empty(), Optional.empty());
        }
        PodWrites.Outcome outcome = writes.delete(key, state.job(), active);
        return new Outcome(active.size() - outcome.done(), outcome.done(), Optional.empty(), outcome.failure());
    }
}
