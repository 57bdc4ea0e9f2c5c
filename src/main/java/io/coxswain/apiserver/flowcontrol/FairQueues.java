package io.coxswain.apiserver.flowcontrol;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The waiting requests of one level. Each flow may use the queues of its hand; the queue whose next request would finish
 * first in virtual time is served next, so busy queues take turns however long they are. Not thread-safe.
 */
final class FairQueues {
    private final PriorityLevel level;
    /** Only queues in use are kept: a level may have millions. */
    private final Map<Integer, Queue> queues = new HashMap<>();

    private double now;
    private int waiting;

    FairQueues(PriorityLevel level) {
        this.level = level;
    }

    private static final class Queue {
        private final ArrayDeque<Ticket> tickets = new ArrayDeque<>();
        private int executing;
        /** When its next request would start in virtual time. */
        private double nextStart;
    }

    int waiting() {
        return waiting;
    }

    /** Chooses the queue of a flow's hand with the least work. */
    int choose(String schema, String flow) {
        int[] hand = ShuffleSharding.hand(schema, flow, level.queues(), level.handSize());
        return Arrays.stream(hand)
                .boxed()
                .min((a, b) -> Integer.compare(work(a), work(b)))
                .orElse(0);
    }

    private int work(int index) {
        Queue queue = queues.get(index);
        return queue == null ? 0 : queue.tickets.size() + queue.executing;
    }

    /** Adds a request; {@code false} if its queue is full. */
    boolean add(Ticket ticket, int index) {
        Queue queue = queues.computeIfAbsent(index, key -> new Queue());
        if (queue.tickets.size() >= level.queueLengthLimit()) {
            return false;
        }
        if (queue.tickets.isEmpty() && queue.executing == 0) {
            queue.nextStart = Math.max(queue.nextStart, now);
        }
        queue.tickets.add(ticket);
        waiting++;
        return true;
    }

    /** Takes the request that is due; {@code null} if none waits. */
    @Nullable Ticket next() {
        Queue best = null;
        for (Queue queue : queues.values()) {
            if (!queue.tickets.isEmpty() && (best == null || queue.nextStart < best.nextStart)) {
                best = queue;
            }
        }
        if (best == null) {
            return null;
        }
        now = Math.max(now, best.nextStart);
        best.nextStart++;
        best.executing++;
        waiting--;
        return best.tickets.remove();
    }

    /** A request that runs at once counts as work of its queue, too. */
    void started(int index) {
        Queue queue = queues.computeIfAbsent(index, key -> new Queue());
        queue.nextStart = Math.max(queue.nextStart, now) + 1;
        queue.executing++;
    }

    void finished(int index) {
        Queue queue = queues.get(index);
        if (queue != null) {
            // A request of before the last change of settings was never counted here.
            queue.executing = Math.max(0, queue.executing - 1);
            dropIfIdle(index, queue);
        }
    }

    /** Takes a request out that waits no longer. */
    void remove(Ticket ticket, int index) {
        Queue queue = queues.get(index);
        if (queue != null && queue.tickets.remove(ticket)) {
            waiting--;
            dropIfIdle(index, queue);
        }
    }

    private void dropIfIdle(int index, Queue queue) {
        if (queue.executing == 0 && queue.tickets.isEmpty()) {
            queues.remove(index);
        }
    }
}
