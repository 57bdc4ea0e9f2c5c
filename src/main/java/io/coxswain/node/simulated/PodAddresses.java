package io.coxswain.node.simulated;

import io.coxswain.bootstrap.config.Cidr;
import java.util.BitSet;
import java.util.Optional;

/** The addresses of one range, given out in turn, so that none comes again soon. The first two and the last are not given. Thread-safe. */
final class PodAddresses {
    private static final int FIRST = 2;

    private final Cidr range;
    private final BitSet used = new BitSet();
    private int last = FIRST - 1;

    PodAddresses(Cidr range) {
        this.range = range;
    }

    /** Empty if all are in use. */
    synchronized Optional<String> next() {
        int end = (int) Math.min(range.size() - 1, Integer.MAX_VALUE);
        int free = used.nextClearBit(last + 1);
        if (free >= end) {
            free = used.nextClearBit(FIRST);
        }
        if (free >= end) {
            return Optional.empty();
        }
        used.set(free);
        last = free;
        return Optional.of(range.address(free));
    }

    /** Marks an address that is in use already; one of another range does not matter. */
    synchronized void take(String address) {
        offset(address).ifPresent(used::set);
    }

    synchronized void release(String address) {
        offset(address).ifPresent(used::clear);
    }

    private Optional<Integer> offset(String address) {
        try {
            long offset = Cidr.number(address) - range.base();
            return offset >= 0 && offset < range.size() ? Optional.of((int) offset) : Optional.empty();
        } catch (IllegalArgumentException notIpv4) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return range.toString();
    }
}
