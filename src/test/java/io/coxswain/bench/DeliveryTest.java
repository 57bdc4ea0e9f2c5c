package io.coxswain.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DeliveryTest {
    @Test
    void completeAndInOrder() {
        assertThat(Delivery.of(List.of(seen(3, 5, 9), seen(3, 5, 9)), 3)).isEqualTo(new Delivery(6, 0, 0));
    }

    @Test
    void whatOneWatcherMissedIsLost() {
        assertThat(Delivery.of(List.of(seen(3, 5, 9), seen(3, 9)), 3)).isEqualTo(new Delivery(5, 1, 0));
    }

    @Test
    void whatAllMissedIsLostWhenItWasAcknowledged() {
        assertThat(Delivery.of(List.of(seen(3, 5), seen(3, 5)), 4)).isEqualTo(new Delivery(4, 4, 0));
    }

    @Test
    void whatWasCommittedWithoutAnAnswerMustReachEveryoneToo() {
        assertThat(Delivery.of(List.of(seen(3, 5, 9), seen(3, 5)), 2)).isEqualTo(new Delivery(5, 1, 0));
    }

    @Test
    void aRepetitionDoesNotMakeUpForALoss() {
        assertThat(Delivery.of(List.of(seen(3, 5, 9), seen(3, 5, 5)), 3)).isEqualTo(new Delivery(6, 1, 1));
    }

    @Test
    void anOlderRevisionAfterANewerOneIsOutOfOrder() {
        assertThat(Delivery.of(List.of(seen(3, 9, 5)), 3)).isEqualTo(new Delivery(3, 0, 1));
    }

    @Test
    void theLastWatcherCountsForEachChange() {
        List<Watcher.Seen> watchers = List.of(
                new Watcher.Seen(new long[] {3, 5}, new long[] {10, 80}),
                new Watcher.Seen(new long[] {3, 5}, new long[] {40, 20}));
        assertThat(Delivery.lastLags(watchers)).containsExactly(40, 80);
        assertThat(Delivery.lags(watchers)).containsExactly(10, 20, 40, 80);
    }

    @Test
    void readsEventsHoweverTheyAreCut() throws IOException {
        long written = System.nanoTime();
        byte[] stream = (event("ADDED", 7, written) + event("MODIFIED", 12, written) + event("DELETED", 13, written)
                        + "{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"20\"}}}\n"
                        + event("ADDED", 21, written).repeat(1))
                .getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= stream.length; cut += 7) {
            Watcher watcher = new Watcher();
            InputStream in = new SequenceInputStream(
                    new ByteArrayInputStream(stream, 0, cut),
                    new ByteArrayInputStream(stream, cut, stream.length - cut));
            watcher.read(in);
            assertThat(watcher.seen().revisions()).containsExactly(7, 12, 13, 21);
            assertThat(watcher.seen().lags()[2]).isEqualTo(-1);
            assertThat(watcher.seen().lags()[0]).isBetween(0L, System.nanoTime() - written);
        }
    }

    private static String event(String type, long revision, long written) {
        return "{\"type\":\"" + type + "\",\"object\":{\"metadata\":{\"name\":\"DELETED\",\"resourceVersion\":\""
                + revision + "\"},\"data\":{\"t\":\"" + written + "\",\"k\":\"" + "v".repeat(3000) + "\"}}}\n";
    }

    private static Watcher.Seen seen(long... revisions) {
        return new Watcher.Seen(revisions, LongStream.range(0, revisions.length).toArray());
    }
}
