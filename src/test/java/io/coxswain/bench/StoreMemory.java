package io.coxswain.bench;

import io.coxswain.store.GroupCommitStore;
import io.coxswain.store.Mutation;
import io.coxswain.store.ObjectBytes;
import io.coxswain.store.ObjectKey;
import io.coxswain.store.StoreSettings;
import io.coxswain.store.jpa.H2Database;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What objects of 1 KiB cost in memory beyond their bytes, and how long a start takes. Arguments: objects (100,000),
 * directory (a temporary one). The heap is compared with that of the same process before the store was started.
 */
public final class StoreMemory {
    private static final int SIZE = 1024;

    private StoreMemory() {}

    public static void main(String[] args) throws Exception {
        int objects = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        Path file = (args.length > 1 ? Path.of(args[1]) : Files.createTempDirectory("store-memory")).resolve("bench");
        fill(file, objects);
        try (H2Database database = H2Database.inFile(file)) {
            StoreSettings settings = settings();
            database.log(settings).open();
            long before = used();
            GroupCommitStore store = database.store(settings, Clock.systemUTC());
            long begun = System.nanoTime();
            store.start();
            double seconds = (System.nanoTime() - begun) / 1e9;
            database.execute("SET CACHE_SIZE 1024"); // the database's pages are not the store's
            long after = used();
            System.out.printf(
                    Locale.ROOT,
                    "%,d objects of %,d bytes: loaded in %.1f s, %,d bytes of heap an object%n",
                    store.snapshot("configmaps").size(null),
                    SIZE,
                    seconds,
                    (after - before) / objects);
            store.stop();
        }
    }

    private static void fill(Path file, int objects) {
        try (H2Database database = H2Database.inFile(file)) {
            GroupCommitStore store = database.store(settings(), Clock.systemUTC());
            store.start();
            ObjectBytes value = new ObjectBytes(new byte[0], new byte[SIZE - 6]);
            for (int i = 0; i < objects; ) {
                List<Mutation> set = new ArrayList<>();
                for (int j = 0; j < 500 && i < objects; j++, i++) {
                    String namespace = "namespace-" + i % 100;
                    set.add(new Mutation.Create(new ObjectKey("configmaps", namespace, "object-" + i), value));
                }
                store.commit(set).toCompletableFuture().join();
            }
            store.stop();
            database.execute("UPDATE cluster_meta SET jump = 1"); // no history: state alone is measured
        }
    }

    private static StoreSettings settings() {
        return new StoreSettings(
                200,
                1 << 20,
                32 << 20,
                3 << 19,
                Duration.ZERO,
                Duration.ZERO,
                0,
                Set.of(),
                1000,
                Duration.ofMinutes(1));
    }

    private static long used() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(100);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
