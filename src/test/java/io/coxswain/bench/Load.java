package io.coxswain.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Clients that each do one thing after the other, as fast as they are answered. Every duration is kept. */
final class Load {
    /** A client whose connection breaks more often than this gives up. */
    private static final int BREAKS = 20;

    private final int operations;
    private final Clients maker;
    private final long[][] durations;
    private final CountDownLatch ready;
    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicLong errors = new AtomicLong();
    private final AtomicReference<String> firstError = new AtomicReference<>("");
    private volatile long deadline;

    /** One client. Made before the clock starts. */
    interface Client extends AutoCloseable {
        /** @throws Requests.Refused if the answer is no success; anything else that is thrown ends the client's connection */
        void once(int number) throws Exception;

        @Override
        default void close() throws Exception {}
    }

    interface Clients {
        Client make(int index) throws Exception;
    }

    private Load(int clients, int operations, Clients maker) {
        this.operations = operations;
        this.maker = maker;
        durations = new long[clients][];
        ready = new CountDownLatch(clients);
    }

    /** @param operations how many all clients together do; at most {@code seconds} long */
    static Result run(int clients, int operations, double seconds, Clients maker) throws InterruptedException {
        return new Load(clients, operations, maker).run(seconds);
    }

    private Result run(double seconds) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < durations.length; i++) {
            int index = i;
            Thread thread = new Thread(null, () -> durations[index] = client(index), "client-" + i, 256 << 10);
            thread.start();
            threads.add(thread);
        }
        ready.await();
        long begun = System.nanoTime();
        deadline = begun + (long) (seconds * 1e9);
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        double elapsed = (System.nanoTime() - begun) / 1e9;
        long[] all =
                Arrays.stream(durations).flatMapToLong(Arrays::stream).sorted().toArray();
        return new Result(all, elapsed, errors.get(), firstError.get());
    }

    /** @return how long each of its operations took that went well */
    private long[] client(int index) {
        Durations own = new Durations();
        boolean counted = false;
        for (int breaks = 0; breaks <= BREAKS; breaks++) {
            try (Client client = maker.make(index)) {
                if (!counted) {
                    counted = true;
                    ready.countDown();
                    go.await();
                }
                operate(client, own);
                return own.all();
            } catch (Exception e) {
                failed(e);
            } finally {
                if (!counted) {
                    counted = true;
                    ready.countDown();
                }
            }
        }
        return own.all();
    }

    private void operate(Client client, Durations own) throws Exception {
        for (int number = next.getAndIncrement();
                number < operations && System.nanoTime() < deadline;
                number = next.getAndIncrement()) {
            long begun = System.nanoTime();
            try {
                client.once(number);
                own.add(System.nanoTime() - begun);
            } catch (Requests.Refused e) {
                failed(e);
            }
        }
    }

    private void failed(Exception e) {
        errors.incrementAndGet();
        firstError.compareAndSet("", e instanceof Requests.Refused ? e.getMessage() : String.valueOf(e));
    }

    private static final class Durations {
        private long[] some = new long[64];
        private int count;

        private void add(long one) {
            if (count == some.length) {
                some = Arrays.copyOf(some, count * 2);
            }
            some[count++] = one;
        }

        private long[] all() {
            return Arrays.copyOf(some, count);
        }
    }

    /** @param durations of what went well, nanoseconds, sorted */
    record Result(long[] durations, double seconds, long errors, String firstError) {
        double rate() {
            return durations.length / seconds;
        }

        /** Of the nearest rank: the smallest that at least this part of all does not exceed. */
        double millis(double quantile) {
            int rank = (int) Math.ceil(quantile * durations.length);
            return durations.length == 0 ? 0 : durations[Math.max(1, rank) - 1] / 1e6;
        }
    }
}
