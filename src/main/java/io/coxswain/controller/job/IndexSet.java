package io.coxswain.controller.job;

import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Completion indexes, written as in a Job's status: {@code 0,2-5,7,8}. Immutable. */
final class IndexSet {
    static final IndexSet EMPTY = new IndexSet(new BitSet());

    private final BitSet bits;

    private IndexSet(BitSet bits) {
        this.bits = bits;
    }

    /** Reads what {@link #toString} writes; indexes that the job does not have (any more) and malformed parts are left out. */
    static IndexSet parse(@Nullable String text, int completions) {
        BitSet bits = new BitSet();
        if (text != null && !text.isEmpty()) {
            for (String interval : text.split(",")) {
                add(bits, interval, completions);
            }
        }
        return new IndexSet(bits);
    }

    private static void add(BitSet bits, String interval, int completions) {
        List<String> ends = List.of(interval.split("-", 2));
        try {
            int first = Integer.parseInt(ends.get(0));
            int last = Math.min(Integer.parseInt(ends.get(ends.size() - 1)), completions - 1);
            if (first >= 0 && first <= last) {
                bits.set(first, last + 1);
            }
        } catch (NumberFormatException malformed) {
            // Only this loop writes the text; a part that somebody else broke is found again from the pods.
            return;
        }
    }

    IndexSet with(Collection<Integer> more) {
        BitSet all = (BitSet) bits.clone();
        more.forEach(all::set);
        return new IndexSet(all);
    }

    boolean contains(int index) {
        return bits.get(index);
    }

    int size() {
        return bits.cardinality();
    }

    int sizeWithin(IndexSet other) {
        BitSet both = (BitSet) bits.clone();
        both.and(other.bits);
        return both.cardinality();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (int first = bits.nextSetBit(0); first >= 0; ) {
            int last = bits.nextClearBit(first) - 1;
            text.append(text.length() == 0 ? "" : ",").append(first);
            if (last > first) {
                text.append(last == first + 1 ? ',' : '-').append(last);
            }
            first = bits.nextSetBit(last + 1);
        }
        return text.toString();
    }
}
