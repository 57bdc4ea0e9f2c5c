package io.coxswain.apiserver.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PumpCrewTest {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final PumpCrew crew = new PumpCrew(threads, timer, 2);

    @AfterEach
    void stop() {
        threads.shutdownNow();
        timer.shutdownNow();
    }

    @Test
    void everyTaskRunsOnce() {
        AtomicInteger runs = new AtomicInteger();
        IntStream.range(0, 10_000).parallel().forEach(i -> crew.execute(runs::incrementAndGet));
        await("all tasks").untilAsserted(() -> assertThat(runs).hasValue(10_000));
    }

    @Test
    void tasksRunInTheirOrder() {
        PumpCrew alone = new PumpCrew(threads, timer, 1);
        Queue<Integer> order = new ConcurrentLinkedQueue<>();
        IntStream.range(0, 100).forEach(i -> alone.execute(() -> order.add(i)));
        await("all tasks").until(() -> order.size() == 100);
        assertThat(List.copyOf(order)).isSorted();
    }

    @Test
    void blockedTasksHoldNobodyUp() throws InterruptedException {
        CountDownLatch open = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(10);
        AtomicInteger runs = new AtomicInteger();
        for (int i = 0; i < 10; i++) {
            crew.execute(() -> {
                blocked.countDown();
                awaitQuietly(open);
            });
        }
        crew.execute(runs::incrementAndGet);
        await("a task behind ten that block")
                .untilAsserted(() -> assertThat(runs).hasValue(1));
        assertThat(blocked.getCount()).isZero();
        open.countDown();
        crew.execute(runs::incrementAndGet);
        await("a task after them").untilAsserted(() -> assertThat(runs).hasValue(2));
    }

    @Test
    void aTaskThatFailsHurtsNoOther() {
        AtomicInteger runs = new AtomicInteger();
        for (Runnable task : List.<Runnable>of(
                () -> {
                    throw new IllegalStateException("broken");
                },
                runs::incrementAndGet)) {
            crew.execute(task);
        }
        await("the second task").untilAsserted(() -> assertThat(runs).hasValue(1));
    }

    @Test
    void aServerThatStopsIsToldOf() {
        threads.shutdownNow();
        assertThatThrownBy(() -> crew.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
