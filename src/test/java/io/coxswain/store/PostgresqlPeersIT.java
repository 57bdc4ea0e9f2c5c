package io.coxswain.store;

import static io.coxswain.store.StoreObjects.create;
import static io.coxswain.store.StoreObjects.data;
import static io.coxswain.store.StoreObjects.drain;
import static io.coxswain.store.StoreObjects.get;
import static io.coxswain.store.StoreObjects.names;
import static io.coxswain.store.StoreObjects.pod;
import static io.coxswain.store.StoreObjects.put;
import static io.coxswain.store.StoreObjects.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.coxswain.store.jpa.PostgresqlDatabase;
import io.coxswain.store.jpa.PostgresqlServer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several stores write to one PostgreSQL database at the same time, and are one. */
@Timeout(120)
class PostgresqlPeersIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int WRITERS = 4;
    private static final int WRITES = 150;

    private final PostgresqlDatabase database = PostgresqlServer.shared().newSchema();
    private final StoreObjects.MovableClock clock = new StoreObjects.MovableClock();
    private final List<ManagedObjectStore> stores = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // by start, before each test
    private ManagedObjectStore one;

    @SuppressWarnings("NullAway.Init")
    private ManagedObjectStore other;

    @BeforeEach
    void start() {
        one = open(clock);
        other = open(clock);
    }

    private ManagedObjectStore open(Clock by) {
        ManagedObjectStore store = database.store(StoreSettings.defaults(Set.of("events")), by);
        stores.add(store);
        store.start();
        return store;
    }

    @AfterEach
    void stop() {
        stores.forEach(ManagedObjectStore::stop);
        database.close();
    }

    @Test
    void whatOneWritesTheOtherReadsAndWatches() {
        StoreWatch watch = other.watch(new StoreWatch.Request("pods", null, null, 1, 100), () -> {});
        StoredObject a = put(one, create(pod("ns", "a"), "1"));
        StoredObject b = put(one, update(a, "2"));
        put(one, create(pod("ns", "b"), "1"));
        put(one, StoreObjects.delete(b));

        List<StoreEvent> seen = new ArrayList<>();
        await().atMost(SOON).until(() -> {
            seen.addAll(drain(watch));
            return seen.size() >= 4;
        });
        assertThat(StoreObjects.texts(seen))
                .containsExactly("ADDED a@2 1", "MODIFIED a@3 2", "ADDED b@4 1", "DELETED a@5 2");
        assertThat(names(other.snapshot("pods"))).containsExactly("b=1");
        assertThat(other.revision()).isEqualTo(5);
        assertThat(names(other.snapshotAt("pods", 3))).containsExactly("a=2");
    }

    @Test
    void aReadThatMustBeNewestSeesWhatTheOtherHasAnswered() {
        for (int i = 0; i < 50; i++) {
            ManagedObjectStore writer = i % 2 == 0 ? one : other;
            ManagedObjectStore reader = i % 2 == 0 ? other : one;
            put(writer, create(pod("ns", "p" + i), "1"));
            reader.awaitNewest(SOON);
            assertThat(reader.snapshot("pods").get("ns", "p" + i)).isPresent();
        }
    }

    @Test
    void aPreconditionCountsWhatTheOtherHasWritten() {
        StoredObject a = put(one, create(pod("ns", "a"), "1"));

        assertThatThrownBy(() -> put(other, create(pod("ns", "a"), "mine")))
                .isInstanceOf(PreconditionFailedException.class);
        StoredObject b = put(other, update(a, "2"));
        assertThat(b.revision()).isEqualTo(a.revision() + 1);
        assertThatThrownBy(() -> put(one, update(a, "3"))).isInstanceOf(PreconditionFailedException.class);
        assertThat(names(one.snapshot("pods"))).as("the loser has caught up").containsExactly("a=2");
    }

    @Test
    void ofManyWhoWantOneNameOneGetsIt() {
        for (int round = 0; round < 30; round++) {
            ObjectKey key = pod("ns", "p" + round);
            var first = one.commit(List.of(create(key, "one")));
            var second = other.commit(List.of(create(key, "other")));
            int won = 0;
            for (var stage : List.of(first, second)) {
                try {
                    get(stage);
                    won++;
                } catch (PreconditionFailedException lost) {
                    assertThat(lost).hasMessageContaining(key.name());
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
            assertThat(won).isEqualTo(1);
        }
    }

    @Test
    void writersOnBothLoseNothingAndAgreeOnEveryRevision() throws InterruptedException {
        Map<Long, String> acknowledged = new ConcurrentHashMap<>();
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            Random random = new Random(i);
            ManagedObjectStore store = i % 2 == 0 ? one : other;
            Thread writer = new Thread(() -> {
                for (int n = 0; n < WRITES; n++) {
                    write(store, random, acknowledged);
                }
            });
            writers.add(writer);
            writer.start();
        }
        ManagedObjectStore late = open(clock); // started in the midst of it
        for (Thread writer : writers) {
            writer.join();
        }
        assertThat(acknowledged).hasSizeGreaterThan(WRITERS * WRITES / 2);
        Map<Long, String> reference = history(one, 1);
        assertThat(reference).containsAllEntriesOf(acknowledged);
        assertThat(reference.keySet())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(2, one.revision()).boxed().toList());
        for (ManagedObjectStore store : List.of(other, late, open(clock))) {
            assertThat(history(store, 1)).isEqualTo(reference);
            assertThat(names(store.snapshot("pods"))).isEqualTo(names(one.snapshot("pods")));
        }
    }

    private static void write(ManagedObjectStore store, Random random, Map<Long, String> acknowledged) {
        Mutation mutation = StoreObjects.anyChange(store, random, 20);
        try {
            StoredObject made =
                    store.commit(List.of(mutation)).toCompletableFuture().join().get(0);
            String twice = acknowledged.put(made.revision(), made.key().name() + " " + data(made));
            assertThat(twice).isNull();
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof PreconditionFailedException)) {
                throw e;
            }
        }
    }

    private static Map<Long, String> history(ManagedObjectStore store, long from) {
        store.awaitNewest(SOON);
        Map<Long, String> found = new TreeMap<>();
        for (StoreEvent event : drain(store.watch(new StoreWatch.Request("pods", null, null, from, 1), () -> {}))) {
            found.put(event.revision(), event.object().key().name() + " " + data(event.object()));
        }
        return found;
    }

    @Test
    void oneThatDiesLeavesTheOtherWriting() {
        put(one, create(pod("ns", "a"), "1"));
        one.stop();

        StoredObject b = put(other, create(pod("ns", "b"), "1"));
        assertThat(b.revision()).isEqualTo(3);
        assertThat(names(open(clock).snapshot("pods"))).containsExactly("a=1", "b=1");
    }

    @Test
    void bothCompactAndHistoryStaysWhole() {
        StoredObject a = put(one, create(pod("ns", "a"), "0"));
        for (int i = 1; i <= 20; i++) {
            ManagedObjectStore store = i % 2 == 0 ? one : other;
            store.awaitNewest(SOON);
            a = put(store, update(a, String.valueOf(i)));
            clock.move(Duration.ofMinutes(1));
        }
        assertThat(get(one.compact())).isPositive();
        get(other.compact());
        long floor = database.number("SELECT compacted FROM cluster_meta");
        assertThat(floor).isGreaterThan(5);
        assertThat(history(open(clock), floor)).isEqualTo(history(one, floor)).isNotEmpty();
        assertThatThrownBy(() -> one.watch(new StoreWatch.Request("pods", null, null, 2, 1), () -> {}))
                .isInstanceOf(RevisionException.class);
    }

    @Test
    void aJumpOfTheRevisionMakesTheOtherReadEverythingAnew() {
        put(one, create(pod("ns", "a"), "1"));
        AtomicBoolean told = new AtomicBoolean();
        StoreWatch watch = one.watch(new StoreWatch.Request("pods", null, null, 2, 10), () -> told.set(true));
        database.execute("UPDATE cluster_meta SET jump = 1000");
        ManagedObjectStore third = open(clock);
        put(third, create(pod("ns", "b"), "1"));

        await().atMost(SOON).until(() -> one.revision() > 1000);
        one.awaitNewest(SOON);
        assertThat(names(one.snapshot("pods"))).containsExactly("a=1", "b=1");
        assertThat(told).isTrue();
        assertThat(watch.isClosed()).isTrue();
        assertThatThrownBy(() -> one.watch(new StoreWatch.Request("pods", null, null, 2, 1), () -> {}))
                .isInstanceOf(RevisionException.class);
        assertThat(put(one, create(pod("ns", "c"), "1")).revision()).isEqualTo(third.revision() + 1);
    }

    @Test
    void oneThatSleptThroughACompactionReadsEverythingAnew() {
        StoredObject a = put(one, create(pod("ns", "a"), "1"));
        put(one, create(pod("ns", "gone"), "1"));
        other.awaitNewest(SOON);
        // As after a long time off the network: changes, and a floor above what the other knows.
        database.execute("DELETE FROM object WHERE name = 'gone'");
        database.execute("UPDATE cluster_meta SET revision = revision + 10, compacted = revision + 9");

        await().atMost(SOON).until(() -> other.revision() == 13);
        assertThat(names(other.snapshot("pods"))).containsExactly("a=1");
        assertThatThrownBy(() -> other.watch(new StoreWatch.Request("pods", null, null, 3, 1), () -> {}))
                .isInstanceOf(RevisionException.class);
        assertThat(put(other, update(a, "2")).revision()).isEqualTo(14);
    }

    @Test
    void severalMayStartOnAnEmptyDatabaseAtOnce() throws InterruptedException {
        PostgresqlDatabase empty = PostgresqlServer.shared().newSchema();
        List<ManagedObjectStore> all = new ArrayList<>();
        List<Thread> starting = new ArrayList<>();
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 3; i++) {
            ManagedObjectStore store = empty.store(StoreSettings.defaults(Set.of()), clock);
            all.add(store);
            Thread thread = new Thread(store::start);
            thread.setUncaughtExceptionHandler((dead, failure) -> failures.add(failure));
            starting.add(thread);
            thread.start();
        }
        for (Thread thread : starting) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        all.forEach(store -> put(store, create(pod("ns", "p" + all.indexOf(store)), "1")));
        all.get(0).awaitNewest(SOON);
        assertThat(names(all.get(0).snapshot("pods"))).containsExactly("p0=1", "p1=1", "p2=1");
        all.forEach(ManagedObjectStore::stop);
        empty.close();
    }

    @Test
    void aDatabaseThatWentBackInTimeIsToldFromOneThatWentOn() {
        put(one, create(pod("ns", "a"), "1"));
        other.awaitNewest(SOON);
        database.execute("UPDATE cluster_meta SET revision = 1");

        assertThatThrownBy(() -> put(other, create(pod("ns", "b"), "1")))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("older than what this server has seen");
    }
}
