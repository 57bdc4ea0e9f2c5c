package io.coxswain.store;

import org.jspecify.annotations.Nullable;

/** A growing ring of past changes in order of revision, each with the tree it led to. Not thread-safe. */
final class EventRing {
    /** What an event costs beside its bytes: event, step, object, key, and the tree nodes it made. */
    private static final int OVERHEAD = 800;

    private static final int SMALLEST = 16;

    /** A change and the tree after it. */
    record Step(StoreEvent event, SortedTree after) {
        long revision() {
            return event.revision();
        }
    }

    private @Nullable Step[] steps = new Step[SMALLEST];
    private int head;
    private int size;
    private long bytes;

    int size() {
        return size;
    }

    long bytes() {
        return bytes;
    }

    Step get(int index) {
        Step step = steps[(head + index) & (steps.length - 1)];
        if (step == null) {
            throw new IndexOutOfBoundsException(index);
        }
        return step;
    }

    void add(Step step) {
        if (size == steps.length) {
            resize(size * 2);
        }
        steps[(head + size) & (steps.length - 1)] = step;
        size++;
        bytes += cost(step);
    }

    Step removeFirst() {
        Step first = get(0);
        steps[head] = null;
        head = (head + 1) & (steps.length - 1);
        size--;
        bytes -= cost(first);
        if (steps.length > SMALLEST && size < steps.length / 4) {
            resize(steps.length / 2);
        }
        return first;
    }

    void clear() {
        steps = new Step[SMALLEST];
        head = 0;
        size = 0;
        bytes = 0;
    }

    /** The index of the first change after a revision; {@link #size()} if there is none. */
    int firstAfter(long revision) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (get(middle).revision() <= revision) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void resize(int capacity) {
        @Nullable Step[] moved = new Step[capacity];
        int straight = Math.min(size, steps.length - head);
        System.arraycopy(steps, head, moved, 0, straight);
        System.arraycopy(steps, 0, moved, straight, size - straight);
        steps = moved;
        head = 0;
    }

    private static int cost(Step step) {
        return step.event().object().json().length + OVERHEAD;
    }
}
