package io.coxswain.apiserver.flowcontrol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Deals every flow a hand of queues, so that a flow that fills its queues is unlikely to fill all those of another. The same
 * flow always gets the same hand. Stateless.
 */
final class ShuffleSharding {
    private ShuffleSharding() {}

    /** Different queues below {@code deck}, {@code size} of them at most. */
    static int[] hand(String schema, String flow, int deck, int size) {
        long hash = hash(schema, flow);
        int cards = Math.min(size, deck);
        int[] hand = new int[cards];
        for (int i = 0; i < cards; i++) {
            int remaining = deck - i;
            int card = (int) Long.remainderUnsigned(hash, remaining);
            hash = Long.divideUnsigned(hash, remaining);
            // The card-th of those not dealt yet: step over the dealt ones, which are sorted.
            int position = 0;
            while (position < i && card >= hand[position]) {
                card++;
                position++;
            }
            System.arraycopy(hand, position, hand, position + 1, i - position);
            hand[position] = card;
        }
        return hand;
    }

    /** FNV-1a with a final mix, so that names that differ in one letter part widely. */
    private static long hash(String schema, String flow) {
        long hash = 0xcbf29ce484222325L;
        for (byte[] part : Arrays.asList(
                schema.getBytes(StandardCharsets.UTF_8), new byte[] {0}, flow.getBytes(StandardCharsets.UTF_8))) {
            for (byte one : part) {
                hash = (hash ^ (one & 0xff)) * 0x100000001b3L;
            }
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        return hash ^ (hash >>> 33);
    }
}
