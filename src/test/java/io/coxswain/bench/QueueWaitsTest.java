package io.coxswain.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QueueWaitsTest {
    @Test
    void addsUpTheQueues() {
        QueueWaits waits = QueueWaits.read("""
                # TYPE workqueue_queue_duration_seconds histogram
                workqueue_queue_duration_seconds_bucket{name="deployment",le="0.001"} 5
                workqueue_queue_duration_seconds_bucket{name="deployment",le="0.01"} 8
                workqueue_queue_duration_seconds_bucket{name="deployment",le="0.1"} 9
                workqueue_queue_duration_seconds_count{name="deployment"} 10
                workqueue_queue_duration_seconds_sum{name="deployment"} 1.25
                workqueue_queue_duration_seconds_bucket{name="job",le="0.01"} 30
                workqueue_queue_duration_seconds_count{name="job"} 30
                workqueue_work_duration_seconds_count{name="job"} 77
                """);
        assertThat(waits).isEqualTo(new QueueWaits(40, 38));
        assertThat(waits.since(new QueueWaits(20, 19)))
                .isEqualTo("19 of 20 keys (95.00 %) were in a queue for at most 10 ms");
        assertThat(waits.since(waits)).startsWith("0 of 0 keys (100.00 %)");
    }
}
