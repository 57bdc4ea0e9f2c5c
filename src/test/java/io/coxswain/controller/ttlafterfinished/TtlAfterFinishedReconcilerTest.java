package io.coxswain.controller.ttlafterfinished;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.SimulatedCluster;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TtlAfterFinishedReconcilerTest {
    private final SimulatedCluster cluster = new SimulatedCluster();

    @BeforeEach
    void start() {
        cluster.start(new TtlAfterFinishedReconciler(cluster.timers.clock()));
    }

    @Test
    void deletesAFinishedJobWhenItsTimeIsOver() {
        put(30, "Complete");
        cluster.run(28);
        assertThat(beingDeleted()).isFalse();
        cluster.run(4);
        assertThat(beingDeleted()).isTrue();
        assertThat(job().getMetadata().getFinalizers()).containsExactly("foregroundDeletion");
    }

    @Test
    void deletesAFailedJobWithNoTimeLeftAtOnce() {
        put(0, "Failed");
        cluster.settle();
        assertThat(beingDeleted()).isTrue();
    }

    @Test
    void leavesRunningJobsAndThoseWithoutATimeAlone() {
        put(0, "Suspended");
        cluster.run(5);
        assertThat(beingDeleted()).isFalse();
        put(null, "Complete");
        cluster.run(60);
        assertThat(beingDeleted()).isFalse();
    }

    @Test
    void aLongerTimeGivenLaterCounts() {
        put(10, "Complete");
        cluster.run(5);
        Job job = job();
        job.getSpec().setTtlSecondsAfterFinished(100);
        cluster.api.put(ResourceTypes.JOBS, job);
        cluster.run(60);
        assertThat(beingDeleted()).isFalse();
        cluster.run(40);
        assertThat(beingDeleted()).isTrue();
    }

    @Test
    void aClockThatJumpsBackPutsTheEndOffWithoutAHotLoop() {
        put(30, "Complete");
        cluster.run(10);
        cluster.timers.jump(Duration.ofMinutes(-5));
        cluster.api.forgetRequests();
        cluster.run(300);
        assertThat(beingDeleted()).isFalse();
        assertThat(cluster.writes()).isEmpty();
        cluster.run(25);
        assertThat(beingDeleted()).isTrue();
    }

    @Test
    void aClockThatJumpsForwardsEndsItNoLaterThanItsTime() {
        put(30, "Complete");
        cluster.run(2);
        cluster.timers.jump(Duration.ofHours(1));
        cluster.run(29);
        assertThat(beingDeleted()).isTrue();
    }

    private void put(Integer ttl, String condition) {
        cluster.api.put(
                ResourceTypes.JOBS,
                new JobBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName("work")
                        .endMetadata()
                        .withNewSpec()
                        .withTtlSecondsAfterFinished(ttl)
                        .endSpec()
                        .withNewStatus()
                        .addNewCondition()
                        .withType(condition)
                        .withStatus("True")
                        .withLastTransitionTime(cluster.timers.clock().instant().toString())
                        .endCondition()
                        .endStatus()
                        .build());
    }

    private Job job() {
        return cluster.api.get(ResourceTypes.JOBS, "ns", "work");
    }

    private boolean beingDeleted() {
        return job().getMetadata().getDeletionTimestamp() != null;
    }
}
