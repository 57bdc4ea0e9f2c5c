package io.coxswain.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueueWorkersTest {
    private final ManualTimers timers = new ManualTimers();
    private final Workqueue<String> queue = new Workqueue<>(timers);
    private final List<String> done = new ArrayList<>();
    private boolean allowed = true;

    private final QueueWorkers<String> workers = new QueueWorkers<>(queue, timers, 2, () -> allowed, key -> {
        done.add(key);
        queue.done(key);
    });

    @Test
    void worksOffWhatWaits() {
        queue.onAvailable(workers::kick);
        for (int i = 0; i < 200; i++) {
            queue.add("k" + i);
        }
        timers.runDue();
        assertThat(done).hasSize(200).doesNotHaveDuplicates();
    }

    @Test
    void waitsUntilItMay() {
        queue.onAvailable(workers::kick);
        allowed = false;
        queue.add("a");
        timers.runDue();
        assertThat(done).isEmpty();
        allowed = true;
        workers.kick();
        timers.runDue();
        assertThat(done).containsExactly("a");
    }

    @Test
    void noMoreWorkersThanAllowed() {
        List<Integer> atOnce = new ArrayList<>();
        QueueWorkers<String> busy = new QueueWorkers<>(queue, timers, 2, () -> true, key -> {
            atOnce.add(queue.inProgress());
            queue.done(key);
        });
        List<Runnable> started = new ArrayList<>();
        Timers recording = (delay, task) -> {
            started.add(task);
            return () -> {};
        };
        QueueWorkers<String> counted = new QueueWorkers<>(queue, recording, 2, () -> true, queue::done);
        for (int i = 0; i < 10; i++) {
            queue.add("k" + i);
        }
        counted.kick();
        counted.kick();
        assertThat(started).hasSize(2);
        busy.kick();
        timers.runDue();
        assertThat(atOnce).hasSize(10).containsOnly(1);
    }
}
