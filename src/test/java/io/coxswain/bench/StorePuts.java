package io.coxswain.bench;

import io.coxswain.store.GroupCommitStore;
import io.coxswain.store.Mutation;
import io.coxswain.store.ObjectBytes;
import io.coxswain.store.ObjectKey;
import io.coxswain.store.StoreSettings;
import io.coxswain.store.StoredObject;
import io.coxswain.store.jpa.H2Database;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Durable writes a second into an H2 file: clients that each create objects of 1 KiB, then update them, one at a time.
 * Arguments: clients (50), seconds of each phase (5), directory (a temporary one).
 */
public final class StorePuts {
    private static final byte[] TAIL =
            ("\",\"name\":\"x\"},\"data\":{\"k\":\"" + "v".repeat(960) + "\"}}").getBytes(StandardCharsets.UTF_8);
    private static final byte[] HEAD = "{\"metadata\":{\"resourceVersion\":\"".getBytes(StandardCharsets.UTF_8);

    private StorePuts() {}

    public static void main(String[] args) throws Exception {
        int clients = args.length > 0 ? Integer.parseInt(args[0]) : 50;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        Path directory = args.length > 2 ? Path.of(args[2]) : Files.createTempDirectory("store-puts");
        try (H2Database database = H2Database.inFile(directory.resolve("bench"))) {
            GroupCommitStore store = database.store(StoreSettings.defaults(Set.of()), Clock.systemUTC());
            store.start();
            run(store, clients, 1, "warm-up");
            run(store, clients, seconds, "measured");
            store.stop();
        }
    }

    private static void run(GroupCommitStore store, int clients, int seconds, String phase) throws Exception {
        List<List<StoredObject>> made = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            made.add(new ArrayList<>());
        }
        measure(store, clients, seconds, phase + " creates", (client, round) -> {
            ObjectKey key = new ObjectKey("configmaps", "bench", phase + "-" + client + "-" + round);
            made.get(client).add(put(store, new Mutation.Create(key, new ObjectBytes(HEAD, TAIL))));
        });
        measure(store, clients, seconds, phase + " updates", (client, round) -> {
            List<StoredObject> own = made.get(client);
            int index = round % own.size();
            StoredObject old = own.get(index);
            own.set(index, put(store, new Mutation.Update(old.key(), old.revision(), new ObjectBytes(HEAD, TAIL))));
        });
    }

    private static StoredObject put(GroupCommitStore store, Mutation mutation) {
        return store.commit(List.of(mutation)).toCompletableFuture().join().get(0);
    }

    private interface Round {
        void run(int client, int round);
    }

    private static void measure(GroupCommitStore store, int clients, int seconds, String name, Round work)
            throws Exception {
        AtomicLong puts = new AtomicLong();
        long batches = store.statistics().batches();
        long begun = System.nanoTime();
        long end = begun + seconds * 1_000_000_000L;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            int client = i;
            Thread thread = new Thread(() -> {
                for (int round = 0; System.nanoTime() < end; round++) {
                    work.run(client, round);
                    puts.incrementAndGet();
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        double took = (System.nanoTime() - begun) / 1e9;
        long transactions = store.statistics().batches() - batches;
        System.out.printf(
                Locale.ROOT,
                "%-18s %,8.0f puts/s, %,6.0f transactions/s, %.1f puts a transaction%n",
                name,
                puts.get() / took,
                transactions / took,
                (double) puts.get() / transactions);
    }
}
