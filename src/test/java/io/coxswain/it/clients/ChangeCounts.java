package io.coxswain.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Counts what an informer tells of a collection that has one object when it starts and that {@link #write} then changes. The
 * clients' handler interfaces have the same three methods; a subclass says which interface it is.
 */
abstract class ChangeCounts<T> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int WRITERS = 4;
    private static final int OBJECTS = 10;
    private static final int PATCHES = 3;

    private final Function<T, String> resourceVersion;
    private final AtomicInteger added = new AtomicInteger();
    private final AtomicInteger updated = new AtomicInteger();
    private final AtomicInteger resynced = new AtomicInteger();
    private final AtomicInteger deleted = new AtomicInteger();

    ChangeCounts(Function<T, String> resourceVersion) {
        this.resourceVersion = resourceVersion;
    }

    /** One write of the object that is named. */
    interface Write {
        void to(String name) throws Exception;
    }

    /** Several writers create objects beside each other, change each and delete every second. */
    static void write(Write create, Write patch, Write delete) throws InterruptedException {
        List<Callable<Void>> writers = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            String prefix = "inf-" + writer + "-";
            writers.add(() -> {
                for (int i = 0; i < OBJECTS; i++) {
                    create.to(prefix + i);
                    for (int n = 0; n < PATCHES; n++) {
                        patch.to(prefix + i);
                    }
                    if (i % 2 == 0) {
                        delete.to(prefix + i);
                    }
                }
                return null;
            });
        }
        Cluster.together(writers);
    }

    /** Waits until everything that {@link #write} did, and a resync, has been told; each change once. */
    void expectAll() {
        int objects = WRITERS * OBJECTS;
        await("all deletions").atMost(PATIENCE).until(() -> deleted.get() == objects / 2);
        await("a resync").atMost(PATIENCE).until(() -> resynced.get() > 0);
        assertThat(added).hasValue(objects + 1);
        assertThat(updated).hasValue(objects * PATCHES);
    }

    public void onAdd(T item) {
        added.incrementAndGet();
    }

    public void onUpdate(T before, T after) {
        boolean same = resourceVersion.apply(before).equals(resourceVersion.apply(after));
        (same ? resynced : updated).incrementAndGet();
    }

    public void onDelete(T item, boolean unknown) {
        deleted.incrementAndGet();
    }
}
