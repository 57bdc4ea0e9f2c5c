package io.coxswain.bench;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether every watcher saw every change once and in order.
 *
 * @param delivered events, of all watchers together
 * @param lost events that a watcher did not see although they were acknowledged to the writer or another watcher saw them
 * @param disordered events whose revision was not above the one before, those that came twice included
 */
record Delivery(long delivered, long lost, long disordered) {

    /** @param acknowledged changes that the writers know of */
    static Delivery of(List<Watcher.Seen> watchers, long acknowledged) {
        long changes = Math.max(
                acknowledged,
                watchers.stream()
                        .flatMapToLong(seen -> Arrays.stream(seen.revisions()))
                        .distinct()
                        .count());
        long delivered = 0;
        long lost = 0;
        long disordered = 0;
        for (Watcher.Seen seen : watchers) {
            delivered += seen.revisions().length;
            lost += changes - Arrays.stream(seen.revisions()).distinct().count();
            for (int i = 1; i < seen.revisions().length; i++) {
                if (seen.revisions()[i] <= seen.revisions()[i - 1]) {
                    disordered++;
                }
            }
        }
        return new Delivery(delivered, lost, disordered);
    }

    /** Every event's lag, sorted. */
    static long[] lags(List<Watcher.Seen> watchers) {
        return watchers.stream()
                .flatMapToLong(seen -> Arrays.stream(seen.lags()))
                .filter(lag -> lag >= 0)
                .sorted()
                .toArray();
    }

    /** For each change the lag of the watcher that saw it last, sorted. */
    static long[] lastLags(List<Watcher.Seen> watchers) {
        Map<Long, Long> last = new HashMap<>();
        for (Watcher.Seen seen : watchers) {
            for (int i = 0; i < seen.revisions().length; i++) {
                if (seen.lags()[i] >= 0) {
                    last.merge(seen.revisions()[i], seen.lags()[i], Math::max);
                }
            }
        }
        return last.values().stream().mapToLong(Long::longValue).sorted().toArray();
    }
}
