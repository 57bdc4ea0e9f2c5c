package io.coxswain.client;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Works off a {@link Workqueue} on timers: as many workers run as there are keys and slots, and none while there is nothing to
 * do. The work gives each key back by {@link Workqueue#done} and must not throw. Thread-safe.
 *
 * @param <K> the keys
 */
public final class QueueWorkers<K> {
    /** A worker gives its thread back after so many keys, so that a busy queue does not starve the others. */
    private static final int KEYS_PER_RUN = 32;

    private final Workqueue<K> queue;
    private final Timers timers;
    private final int most;
    private final BooleanSupplier allowed;
    private final Consumer<K> work;
    private int running;

    /**
     * @param most workers at a time
     * @param allowed asked before each key; after it has turned true again, {@link #kick} is needed
     */
    public QueueWorkers(Workqueue<K> queue, Timers timers, int most, BooleanSupplier allowed, Consumer<K> work) {
        this.queue = queue;
        this.timers = timers;
        this.most = most;
        this.allowed = allowed;
        this.work = work;
    }

    /** Starts workers for the keys that wait, as many as there are slots. */
    public void kick() {
        if (!allowed.getAsBoolean()) {
            return;
        }
        int starting;
        synchronized (this) {
            starting = Math.min(most - running, queue.depth());
            running += Math.max(starting, 0);
        }
        for (int i = 0; i < starting; i++) {
            timers.now(this::run);
        }
    }

    private void run() {
        try {
            for (int i = 0; i < KEYS_PER_RUN && allowed.getAsBoolean(); i++) {
                K key = queue.poll();
                if (key == null) {
                    break;
                }
                work.accept(key);
            }
        } finally {
            synchronized (this) {
                running--;
            }
            // A key that came between the last poll and here found no free slot.
            if (queue.depth() > 0) {
                kick();
            }
        }
    }
}
