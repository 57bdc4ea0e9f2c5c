package io.coxswain.controller.nodeipam;

import io.coxswain.bootstrap.config.Cidr;
import java.util.BitSet;
import java.util.Optional;

/** The blocks of one size within a range of addresses. Not thread-safe. */
final class NodeBlocks {
    private final Cidr range;
    private final int prefixLength;
    private final BitSet used = new BitSet();

    NodeBlocks(Cidr range, int prefixLength) {
        this.range = range;
        this.prefixLength = prefixLength;
    }

    /** Takes every block that the given addresses touch; whatever is no range of ours takes none. */
    void take(String taken) {
        Cidr cidr;
        try {
            cidr = Cidr.parse(taken);
        } catch (IllegalArgumentException notIpv4) {
            return;
        }
        long size = blockSize();
        long first = Math.max(0, Math.floorDiv(cidr.base() - range.base(), size));
        long last = Math.min(count() - 1L, Math.floorDiv(cidr.base() + cidr.size() - 1 - range.base(), size));
        if (first <= last) {
            used.set((int) first, (int) last + 1);
        }
    }

    /** The lowest free block; empty if all are taken. */
    Optional<String> lowestFree() {
        int block = used.nextClearBit(0);
        return block < count()
                ? Optional.of(range.address(block * blockSize()) + "/" + prefixLength)
                : Optional.empty();
    }

    private int count() {
        return 1 << (prefixLength - range.prefixLength());
    }

    private long blockSize() {
        return 1L << (32 - prefixLength);
    }
}
