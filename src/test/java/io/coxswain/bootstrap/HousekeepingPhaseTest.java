package io.coxswain.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.imageregistry.ImageRegistry;
import io.coxswain.imageregistry.RegistrySettings;
import io.coxswain.store.ManagedObjectStore;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HousekeepingPhaseTest {
    @TempDir
    private Path data;

    private final AtomicInteger compactions = new AtomicInteger();
    private final Scheduler scheduler = new Scheduler();
    private boolean failing;

    @AfterEach
    void end() {
        scheduler.shutdownNow();
    }

    @Test
    void compactsEveryFiveMinutesAndCollectsImagesEveryHour() {
        phase().start();
        assertThat(scheduler.minutes).containsExactly(5L, 60L);
        scheduler.runAll();
        assertThat(compactions).hasValue(1);
        assertThat(Files.isDirectory(data)).isTrue();
    }

    @Test
    void goesOnAfterAFailure() {
        phase().start();
        failing = true;
        scheduler.runAll();
        failing = false;
        scheduler.runAll();
        assertThat(compactions).hasValue(2);
    }

    @Test
    void stopsWithTheServer() {
        HousekeepingPhase phase = phase();
        phase.start();
        phase.stop();
        assertThat(scheduler.made).hasSize(2).allMatch(ScheduledFuture::isCancelled);
    }

    private HousekeepingPhase phase() {
        ManagedObjectStore store = (ManagedObjectStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ManagedObjectStore.class}, (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("compact");
                    compactions.incrementAndGet();
                    if (failing) {
                        throw new IllegalStateException("the store has been stopped");
                    }
                    return CompletableFuture.completedFuture(3L);
                });
        return new HousekeepingPhase(
                store, new ImageRegistry(RegistrySettings.in(data, 1 << 20), Clock.systemUTC()), scheduler);
    }

    /** Takes note of what shall run, and runs it when told. */
    private static final class Scheduler extends ScheduledThreadPoolExecutor {
        private final List<Long> minutes = new ArrayList<>();
        private final List<Runnable> work = new ArrayList<>();
        private final List<ScheduledFuture<?>> made = new ArrayList<>();

        Scheduler() {
            super(0);
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long first, long delay, TimeUnit unit) {
            minutes.add(unit.toMinutes(delay));
            work.add(task);
            ScheduledFuture<?> future = super.schedule(() -> {}, 1, TimeUnit.DAYS);
            made.add(future);
            return future;
        }

        void runAll() {
            work.forEach(Runnable::run);
        }
    }
}
