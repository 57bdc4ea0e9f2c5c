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
    /** One client. Made before the clock starts. */
    interface Client extends AutoCloseable {
        /** @return whether it went well */
        boolean once(int number) throws Exception;

        @Override
        default void close() throws Exception {}
    }

    interface Clients {
        Client make(int index) throws Exception;
    }

    private Load() {}

    /** @param operations how many all clients together do; at most {@code seconds} long */
    static Result run(int clients, int operations, double seconds, Clients maker) throws Exception {
        List<Thread> threads = new ArrayList<>();
        long[][] durations = new long[clients][];
        AtomicInteger next = new AtomicInteger();
        AtomicLong errors = new AtomicLong();
        AtomicReference<String> firstError = new AtomicReference<>("");
        CountDownLatch ready = new CountDownLatch(clients);
        CountDownLatch go = new CountDownLatch(1);
        AtomicLong deadline = new AtomicLong();
        for (int i = 0; i < clients; i++) {
            int index = i;
            Thread thread = new Thread(
                    null,
                    () -> {
                        long[] own = new long[64];
                        int count = 0;
                        boolean counted = false;
                        try (Client client = maker.make(index)) {
                            counted = true;
                            ready.countDown();
                            go.await();
                            for (int number = next.getAndIncrement();
                                    number < operations && System.nanoTime() < deadline.get();
                                    number = next.getAndIncrement()) {
                                long begun = System.nanoTime();
                                if (!client.once(number)) {
                                    errors.incrementAndGet();
                                }
                                if (count == own.length) {
                                    own = Arrays.copyOf(own, count * 2);
                                }
                                own[count++] = System.nanoTime() - begun;
                            }
                        } catch (Exception e) {
                            errors.incrementAndGet();
                            firstError.compareAndSet("", String.valueOf(e));
                        } finally {
                            if (!counted) {
                                ready.countDown();
                            }
                            durations[index] = Arrays.copyOf(own, count);
                        }
                    },
                    "client-" + i,
                    256 << 10);
            thread.start();
            threads.add(thread);
        }
        ready.await();
        long begun = System.nanoTime();
        deadline.set(begun + (long) (seconds * 1e9));
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        double elapsed = (System.nanoTime() - begun) / 1e9;
        long[] all =
                Arrays.stream(durations).flatMapToLong(Arrays::stream).sorted().toArray();
        return new Result(all, elapsed, errors.get(), firstError.get());
    }

    /** @param durations nanoseconds, sorted */
    record Result(long[] durations, double seconds, long errors, String firstError) {
        double rate() {
            return (durations.length - errors) / seconds;
        }

        double millis(double quantile) {
            return durations.length == 0
                    ? 0
                    : durations[(int) Math.min(durations.length - 1, Math.floor(quantile * durations.length))] / 1e6;
        }
    }
}
