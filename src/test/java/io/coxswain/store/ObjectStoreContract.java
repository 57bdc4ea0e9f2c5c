package io.coxswain.store;

import static io.coxswain.store.StoreObjects.create;
import static io.coxswain.store.StoreObjects.data;
import static io.coxswain.store.StoreObjects.delete;
import static io.coxswain.store.StoreObjects.drain;
import static io.coxswain.store.StoreObjects.get;
import static io.coxswain.store.StoreObjects.names;
import static io.coxswain.store.StoreObjects.pod;
import static io.coxswain.store.StoreObjects.put;
import static io.coxswain.store.StoreObjects.texts;
import static io.coxswain.store.StoreObjects.update;
import static io.coxswain.store.StoreObjects.value;
import static io.coxswain.store.StoreObjects.watching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store must do. */
abstract class ObjectStoreContract {
    protected final StoreObjects.MovableClock clock = new StoreObjects.MovableClock();
    protected ManagedObjectStore store;

    /** A fresh store on an empty database; the former one is closed by {@link #close()}. */
    protected abstract ManagedObjectStore open(StoreSettings settings);

    protected abstract void close();

    /** How much the tests with many threads write. */
    protected int rounds() {
        return 60;
    }

    @BeforeEach
    void startStore() {
        store = open(StoreObjects.settings());
        store.start();
    }

    @AfterEach
    void stopStore() {
        store.stop();
        close();
    }

    protected void use(StoreSettings settings) {
        stopStore();
        store = open(settings);
        store.start();
    }

    @Test
    void anEmptyStoreHasARevisionToWatchFrom() {
        assertThat(store.revision()).isEqualTo(1);
        assertThat(store.snapshot("pods").size(null)).isZero();
        assertThat(store.watch(watching("pods", store.revision()), () -> {}).progress())
                .isEqualTo(1);
    }

    @Test
    void aCreatedObjectCarriesItsRevision() {
        StoredObject made = put(store, create(pod("ns", "a"), "one"));

        assertThat(made.revision()).isEqualTo(2).isEqualTo(store.revision());
        assertThat(new String(made.json(), StandardCharsets.UTF_8))
                .isEqualTo("{\"metadata\":{\"resourceVersion\":\"2\"},\"data\":\"one\"}");
        assertThat(store.snapshot("pods").get("ns", "a")).containsSame(made);
    }

    @Test
    void aSecondCreateFailsAndShowsWhatIsThere() {
        StoredObject made = put(store, create(pod("ns", "a"), "one"));

        PreconditionFailedException failure = catchThrowableOfType(
                PreconditionFailedException.class, () -> put(store, create(pod("ns", "a"), "two")));

        assertThat(failure.key()).isEqualTo(pod("ns", "a"));
        assertThat(failure.current()).containsSame(made);
        assertThat(store.revision()).isEqualTo(2);
    }

    @Test
    void updatesAndDeletesNeedTheCurrentRevision() {
        StoredObject first = put(store, create(pod("ns", "a"), "one"));
        StoredObject second = put(store, update(first, "two"));

        assertThatThrownBy(() -> put(store, update(first, "lost")))
                .isInstanceOf(PreconditionFailedException.class)
                .hasMessageContaining("is at 3");
        assertThatThrownBy(() -> put(store, delete(first))).isInstanceOf(PreconditionFailedException.class);
        StoredObject last = put(store, delete(second));

        assertThat(last.revision()).isEqualTo(4);
        assertThat(store.snapshot("pods").get("ns", "a")).isEmpty();
        assertThatThrownBy(() -> put(store, update(second, "late")))
                .isInstanceOf(PreconditionFailedException.class)
                .hasMessageContaining("does not exist");
        assertThat(put(store, create(pod("ns", "a"), "again")).revision()).isEqualTo(5);
    }

    @Test
    void aChangeSetIsAllOrNothing() {
        StoredObject a = put(store, create(pod("ns", "a"), "one"));
        List<Mutation> failing =
                List.of(create(pod("ns", "b"), "x"), update(a, "two"), new Mutation.Check(pod("ns", "c"), 77));

        assertThatThrownBy(() -> get(store.commit(failing))).isInstanceOf(PreconditionFailedException.class);
        assertThat(names(store.snapshot("pods"))).containsExactly("a=one");
        assertThat(store.revision()).isEqualTo(2);

        List<StoredObject> made = get(store.commit(
                List.of(create(pod("ns", "b"), "x"), new Mutation.Check(pod("ns", "c"), 0), update(a, "two"))));
        assertThat(made).extracting(StoredObject::revision).containsExactly(3L, 4L);
        assertThat(names(store.snapshot("pods"))).containsExactly("a=two", "b=x");
    }

    @Test
    void aSetOfChecksAloneWritesNothing() {
        StoredObject a = put(store, create(pod("ns", "a"), "one"));

        assertThat(get(store.commit(List.of(new Mutation.Check(a.key(), a.revision())))))
                .isEmpty();
        assertThatThrownBy(() -> get(store.commit(List.of(new Mutation.Check(a.key(), 0)))))
                .isInstanceOf(PreconditionFailedException.class);
        assertThat(store.revision()).isEqualTo(2);
    }

    @Test
    void malformedSetsAreRefusedOneByOne() {
        List<List<Mutation>> malformed = List.of(
                List.of(create(pod("ns", "a"), "1"), create(pod("ns", "a"), "2")),
                List.of(new Mutation.Update(pod("ns", "a"), 0, value("x"))),
                List.of(new Mutation.Delete(pod("ns", "a"), 0, value("x"))),
                List.of(create(pod("ns", ""), "x")),
                List.of(create(new ObjectKey("", "ns", "a"), "x")),
                List.of(create(pod("ns", "a\0"), "x")),
                List.of(create(pod("ns", "\ud800"), "x")),
                List.of(create(pod("n".repeat(513), "a"), "x")),
                List.of(create(pod("ns", "ü".repeat(300)), "x")));
        for (List<Mutation> set : malformed) {
            assertThatThrownBy(() -> get(store.commit(set))).as("%s", set).isInstanceOf(IllegalArgumentException.class);
        }
        ObjectTooLargeException tooLarge = catchThrowableOfType(
                ObjectTooLargeException.class, () -> put(store, create(pod("ns", "a"), "x".repeat(70_000))));
        assertThat(tooLarge.limit()).isEqualTo(1 << 16);
        assertThat(put(store, create(pod("ns", "a"), "fine")).revision()).isEqualTo(2);
    }

    @Test
    void lostRacesTouchOnlyTheirOwnCaller() throws Exception {
        StoredObject start = put(store, create(pod("ns", "counter"), "0"));
        int threads = 50;
        int rounds = rounds() / 6;
        AtomicInteger conflicts = new AtomicInteger();
        inParallel(threads, thread -> {
            for (int i = 0; i < rounds; i++) {
                put(store, create(pod("own-" + thread, "p" + i), "x"));
                while (true) {
                    StoredObject seen =
                            store.snapshot("pods").get("ns", "counter").orElseThrow();
                    try {
                        put(store, update(seen, String.valueOf(Integer.parseInt(data(seen)) + 1)));
                        break;
                    } catch (PreconditionFailedException e) {
                        conflicts.incrementAndGet();
                    }
                }
            }
        });
        assertThat(data(store.snapshot("pods").get("ns", "counter").orElseThrow()))
                .isEqualTo(String.valueOf(threads * rounds));
        assertThat(store.revision()).isEqualTo(start.revision() + 2L * threads * rounds);
        assertThat(store.snapshot("pods").size(null)).isEqualTo(1 + threads * rounds);
        assertThat(conflicts).hasPositiveValue();
    }

    @Test
    void revisionsFollowTheOrderOfArrivalWithoutGaps() {
        List<java.util.concurrent.CompletionStage<List<StoredObject>>> stages = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            stages.add(store.commit(List.of(create(pod("ns", "p" + i), "x"))));
        }
        for (int i = 0; i < 300; i++) {
            assertThat(get(stages.get(i)).get(0).revision()).isEqualTo(2 + i);
        }
        assertThat(store.statistics().batches()).isLessThan(300);
    }

    @Test
    void aSnapshotStaysAsItWas() {
        StoredObject a = put(store, create(pod("ns", "a"), "one"));
        put(store, create(pod("ns", "b"), "one"));
        Snapshot before = store.snapshot("pods");
        Iterator<StoredObject> running = before.iterate(null, null);
        running.next();

        put(store, delete(put(store, update(a, "two"))));
        put(store, create(pod("ns", "aa"), "new"));

        assertThat(names(before)).containsExactly("a=one", "b=one");
        assertThat(before.revision()).isEqualTo(3);
        assertThat(running.next().key().name()).isEqualTo("b");
        assertThat(names(store.snapshot("pods"))).containsExactly("aa=new", "b=one");
    }

    @Test
    void objectsComeByNamespaceAndFromAKeyOn() {
        for (String key : List.of("b/2", "a/1", "b/1", "a-b/1", "c/1", "b/3")) {
            put(store, create(pod(key.split("/")[0], key.split("/")[1]), "x"));
        }
        Snapshot snapshot = store.snapshot("pods");

        assertThat(keys(snapshot.iterate(null, null))).containsExactly("a/1", "a-b/1", "b/1", "b/2", "b/3", "c/1");
        assertThat(keys(snapshot.iterate("b", null))).containsExactly("b/1", "b/2", "b/3");
        assertThat(keys(snapshot.iterate("b", pod("b", "1")))).containsExactly("b/2", "b/3");
        assertThat(keys(snapshot.iterate("b", pod("a", "9")))).containsExactly("b/1", "b/2", "b/3");
        assertThat(keys(snapshot.iterate("b", pod("c", "1")))).isEmpty();
        assertThat(keys(snapshot.iterate(null, pod("b", "25")))).containsExactly("b/3", "c/1");
        assertThat(snapshot.size(null)).isEqualTo(6);
        assertThat(snapshot.size("b")).isEqualTo(3);
        assertThat(snapshot.size("none")).isZero();
    }

    @Test
    void thePastCanBeReadAtEveryRevision() {
        StoredObject a = put(store, create(pod("ns", "a"), "1"));
        put(store, create(new ObjectKey("secrets", "ns", "s"), "x"));
        StoredObject a2 = put(store, update(a, "2"));
        put(store, delete(a2));

        assertThat(names(store.snapshotAt("pods", 1))).isEmpty();
        assertThat(names(store.snapshotAt("pods", 2))).containsExactly("a=1");
        assertThat(names(store.snapshotAt("pods", 3))).containsExactly("a=1");
        assertThat(names(store.snapshotAt("pods", 4))).containsExactly("a=2");
        assertThat(names(store.snapshotAt("pods", 5))).isEmpty();
        assertThat(store.snapshotAt("pods", 3).revision()).isEqualTo(3);
        assertThat(names(store.snapshotAt("never-stored", 3))).isEmpty();
        assertThat(catchThrowableOfType(RevisionException.class, () -> store.snapshotAt("pods", 6))
                        .problem())
                .isEqualTo(RevisionException.Problem.FUTURE);
        assertThat(catchThrowableOfType(RevisionException.class, () -> store.snapshotAt("pods", 0))
                        .problem())
                .isEqualTo(RevisionException.Problem.COMPACTED);
    }

    @Test
    void aWatchTellsPastAndComingChanges() {
        StoredObject a = put(store, create(pod("ns", "a"), "1"));
        StoredObject a2 = put(store, update(a, "2"));
        AtomicInteger signals = new AtomicInteger();
        StoreWatch watch = store.watch(watching("pods", a.revision()), signals::incrementAndGet);

        put(store, delete(a2));
        put(store, create(new ObjectKey("secrets", "ns", "s"), "x"));
        awaitProgress(watch, 5);

        List<StoreEvent> events = drain(watch);
        assertThat(texts(events)).containsExactly("MODIFIED a@3 2", "DELETED a@4 2");
        assertThat(events.get(0).previous()).containsSame(a);
        assertThat(events.get(1).previous()).containsSame(a2);
        assertThat(signals).hasValue(1);
        assertThat(store.statistics().watches()).isEqualTo(1);
        watch.close();
        assertThat(store.statistics().watches()).isZero();
    }

    @Test
    void aWatchSeesOnlyItsNamespaceAndName() {
        StoredObject before = put(store, create(pod("a", "x"), "old"));
        List<StoreWatch> watches = List.of(
                store.watch(new StoreWatch.Request("pods", null, null, 1, 10), () -> {}),
                store.watch(new StoreWatch.Request("pods", "a", null, 1, 10), () -> {}),
                store.watch(new StoreWatch.Request("pods", null, "x", 1, 10), () -> {}),
                store.watch(new StoreWatch.Request("pods", "b", "x", 1, 10), () -> {}),
                store.watch(new StoreWatch.Request("secrets", null, null, 1, 10), () -> {}));
        put(store, create(pod("b", "x"), "1"));
        put(store, create(pod("a", "y"), "2"));
        put(store, update(before, "3"));
        awaitProgress(watches.get(0), 5);

        assertThat(watches.stream().map(watch -> texts(drain(watch))).toList())
                .containsExactly(
                        List.of("ADDED x@2 old", "ADDED x@3 1", "ADDED y@4 2", "MODIFIED x@5 3"),
                        List.of("ADDED x@2 old", "ADDED y@4 2", "MODIFIED x@5 3"),
                        List.of("ADDED x@2 old", "ADDED x@3 1", "MODIFIED x@5 3"),
                        List.of("ADDED x@3 1"),
                        List.of());
        assertThat(watches).extracting(StoreWatch::progress).containsOnly(5L);
    }

    @Test
    void aWatchFromTheFutureWaitsForIt() {
        StoreWatch watch = store.watch(watching("pods", 3), () -> {});
        put(store, create(pod("ns", "a"), "2"));
        put(store, create(pod("ns", "b"), "3"));
        put(store, create(pod("ns", "c"), "4"));
        awaitProgress(watch, 4);
        assertThat(texts(drain(watch))).containsExactly("ADDED c@4 4");
    }

    @Test
    void aSlowWatchIsClosedAndNotSkipped() {
        for (int i = 0; i < 5; i++) {
            put(store, create(pod("ns", "before" + i), "x"));
        }
        AtomicInteger signals = new AtomicInteger();
        StoreWatch slow = store.watch(new StoreWatch.Request("pods", null, null, 1, 3), signals::incrementAndGet);
        StoreWatch quick = store.watch(watching("pods", 1), () -> {});
        for (int i = 0; i < 5; i++) {
            put(store, create(pod("ns", "after" + i), "x"));
        }
        awaitProgress(quick, 11);

        assertThat(slow.isClosed()).isTrue();
        assertThat(slow.progress()).isEqualTo(9);
        assertThat(drain(slow)).extracting(StoreEvent::revision).containsExactly(2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(drain(quick)).hasSize(10);
        assertThat(signals).hasValue(4);
        assertThat(store.statistics().closedWatches()).isEqualTo(1);
        StoreWatch resumed = store.watch(watching("pods", slow.progress()), () -> {});
        assertThat(drain(resumed)).extracting(StoreEvent::revision).containsExactly(10L, 11L);
    }

    @Test
    void aWatchThatCannotBeWokenHurtsNobody() {
        StoreWatch broken = store.watch(watching("pods", 1), () -> {
            throw new IllegalStateException("broken consumer");
        });
        StoreWatch sound = store.watch(watching("pods", 1), () -> {});
        put(store, create(pod("ns", "a"), "1"));
        put(store, create(pod("ns", "b"), "2"));
        awaitProgress(sound, 3);
        assertThat(drain(sound)).hasSize(2);
        assertThat(broken.isClosed()).isTrue();
    }

    @Test
    void historyBeyondItsTimeIsGone() {
        StoredObject a = put(store, create(pod("ns", "a"), "1"));
        StoredObject lease = put(store, create(new ObjectKey("leases", "ns", "l"), "1"));
        for (int i = 0; i < 10; i++) {
            a = put(store, update(a, "u" + i));
        }
        clock.move(Duration.ofMinutes(3));
        put(store, update(lease, "2"));
        assertThat(get(store.compact())).isZero();
        assertThat(store.compactedRevision()).isEqualTo(1);
        // Leases keep two minutes, pods ten.
        assertThat(drain(store.watch(watching("pods", 2), () -> {}))).hasSize(10);
        assertCompacted("leases", 2);

        clock.move(Duration.ofMinutes(8));
        put(store, update(a, "late"));
        assertThat(get(store.compact())).isGreaterThanOrEqualTo(10);

        assertThat(store.compactedRevision()).isEqualTo(13);
        assertCompacted("pods", 12);
        assertThatThrownBy(() -> store.snapshotAt("pods", 12)).isInstanceOf(RevisionException.class);
        assertThatThrownBy(() -> store.snapshotAt("never-stored", 12)).isInstanceOf(RevisionException.class);
        assertThat(names(store.snapshotAt("pods", 13))).containsExactly("a=u9");
        assertThat(texts(drain(store.watch(watching("pods", 13), () -> {})))).containsExactly("MODIFIED a@15 late");
        assertThat(names(store.snapshot("pods"))).containsExactly("a=late");
    }

    @Test
    void historyBeyondItsBytesIsGone() {
        use(StoreObjects.settings(Duration.ofMinutes(10), 20_000, 1 << 20));
        StoredObject a = put(store, create(pod("ns", "a"), "1"));
        for (int i = 0; i < 50; i++) {
            a = put(store, update(a, "x".repeat(1000)));
        }
        RevisionException failure =
                catchThrowableOfType(RevisionException.class, () -> store.watch(watching("pods", 2), () -> {}));
        assertThat(failure.problem()).isEqualTo(RevisionException.Problem.COMPACTED);
        assertThat(failure.bound()).isBetween(30L, 51L);
        assertThat(drain(store.watch(watching("pods", failure.bound()), () -> {})))
                .extracting(StoreEvent::revision)
                .endsWith(52L)
                .startsWith(failure.bound() + 1);
        assertThat(data(store.snapshotAt("pods", failure.bound()).get("ns", "a").orElseThrow()))
                .hasSize(1000);
    }

    @Test
    void waitingForARevisionEndsWithItOrWithTheTime() throws Exception {
        assertThatThrownBy(() -> store.awaitRevision(2, Duration.ofMillis(5)))
                .isInstanceOf(RevisionException.class)
                .hasMessageContaining("FUTURE");
        CountDownLatch waiting = new CountDownLatch(1);
        AtomicBoolean seen = new AtomicBoolean();
        Thread waiter = new Thread(() -> {
            waiting.countDown();
            store.awaitRevision(2, Duration.ofSeconds(10));
            seen.set(store.snapshot("pods").get("ns", "a").isPresent());
        });
        waiter.start();
        waiting.await();
        put(store, create(pod("ns", "a"), "1"));
        waiter.join(10_000);
        assertThat(seen).isTrue();
        store.awaitRevision(1, Duration.ZERO);
    }

    @Test
    void stoppingWritesWhatWaitsAndRefusesTheRest() {
        StoreWatch watch = store.watch(watching("pods", 1), () -> {});
        List<java.util.concurrent.CompletionStage<List<StoredObject>>> stages = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            stages.add(store.commit(List.of(create(pod("ns", "p" + i), "x"))));
        }
        store.stop();

        stages.forEach(stage -> assertThat(get(stage)).hasSize(1));
        assertThat(watch.isClosed()).isTrue();
        assertThat(drain(watch)).hasSize(100);
        assertThatThrownBy(() -> put(store, create(pod("ns", "late"), "x")))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(store.watch(watching("pods", 1), () -> {}).isClosed()).isTrue();
        assertThat(store.snapshot("pods").size("ns")).isEqualTo(100);
    }

    /**
     * Whoever lists and then watches from the list's revision must see exactly what others wrote: the list changed by
     * the events is at every moment the later list.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void listAndWatchTogetherMissNothing(long seed) throws Exception {
        int writers = 4;
        int rounds = rounds();
        AtomicBoolean done = new AtomicBoolean();
        Set<String> problems = new ConcurrentSkipListSet<>();
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Random random = new Random(seed * 31 + i);
            Thread reader = new Thread(() -> {
                while (!done.get()) {
                    follow(random, problems, done);
                }
            });
            reader.start();
            readers.add(reader);
        }
        inParallel(writers, writer -> {
            Random random = new Random(seed * 1000 + writer);
            for (int i = 0; i < rounds; i++) {
                write(random);
            }
        });
        done.set(true);
        for (Thread reader : readers) {
            reader.join(10_000);
        }
        assertThat(problems).isEmpty();
    }

    private void follow(Random random, Set<String> problems, AtomicBoolean done) {
        Snapshot list = store.snapshot("pods");
        TreeMap<ObjectKey, StoredObject> copy = new TreeMap<>();
        list.iterate(null, null).forEachRemaining(object -> copy.put(object.key(), object));
        long last = list.revision();
        Semaphore signals = new Semaphore(0);
        // Clients do not open the watch at once either: it must also be right when opened amid a publication.
        LockSupport.parkNanos(random.nextInt(2_000_000));
        try (StoreWatch watch = store.watch(watching("pods", last), signals::release)) {
            int look = random.nextBoolean() ? 1 : 1 + random.nextInt(20);
            while (look > 0 && !(done.get() && watch.progress() == store.revision() && last == watch.progress())) {
                long progress = watch.progress();
                for (StoreEvent event : drain(watch)) {
                    if (event.revision() <= last) {
                        problems.add("event " + event.revision() + " came after " + last);
                    }
                    last = event.revision();
                    StoredObject previous = event.type() == StoreEvent.Type.DELETED
                            ? copy.remove(event.object().key())
                            : copy.put(event.object().key(), event.object());
                    if (previous != event.previousOrNull()) {
                        problems.add("event " + event + " does not follow " + previous);
                    }
                }
                if (progress >= last && progress > list.revision()) {
                    look--;
                    last = Math.max(last, progress);
                    if (last == progress) {
                        TreeSet<Long> expected = new TreeSet<>();
                        store.snapshotAt("pods", progress)
                                .iterate(null, null)
                                .forEachRemaining(object -> expected.add(object.revision()));
                        TreeSet<Long> found = new TreeSet<>();
                        copy.values().forEach(object -> found.add(object.revision()));
                        if (!expected.equals(found)) {
                            problems.add("at " + progress + " expected " + expected + " but had " + found);
                        }
                    }
                }
                signals.tryAcquire(2, TimeUnit.MILLISECONDS);
                signals.drainPermits();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void write(Random random) {
        ObjectKey key = pod("ns" + random.nextInt(3), "p" + random.nextInt(8));
        StoredObject seen =
                store.snapshot("pods").get(key.namespace(), key.name()).orElse(null);
        List<Mutation> set = new ArrayList<>();
        if (seen == null) {
            set.add(create(key, "new"));
        } else {
            set.add(random.nextInt(3) == 0 ? delete(seen) : update(seen, "v" + random.nextInt()));
        }
        if (random.nextInt(4) == 0) {
            set.add(create(new ObjectKey("secrets", "ns", "s" + random.nextLong()), "x"));
        }
        try {
            get(store.commit(set));
        } catch (PreconditionFailedException e) {
            // Another writer was faster: what this test wants to happen.
        }
    }

    private void assertCompacted(String resource, long revision) {
        assertThat(catchThrowableOfType(
                                RevisionException.class, () -> store.watch(watching(resource, revision), () -> {}))
                        .problem())
                .isEqualTo(RevisionException.Problem.COMPACTED);
    }

    private static void awaitProgress(StoreWatch watch, long revision) {
        Awaitility.await().until(() -> watch.progress() >= revision);
    }

    private static List<String> keys(Iterator<StoredObject> objects) {
        List<String> keys = new ArrayList<>();
        objects.forEachRemaining(
                object -> keys.add(object.key().namespace() + "/" + object.key().name()));
        return keys;
    }

    /** One of several threads' work. */
    interface Work {
        void run(int thread) throws Exception;
    }

    static void inParallel(int count, Work work) throws Exception {
        List<Thread> threads = new ArrayList<>();
        Set<String> failures = new ConcurrentSkipListSet<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            Thread thread = new Thread(() -> {
                try {
                    work.run(number);
                } catch (Exception e) {
                    failures.add(e.toString());
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join(30_000);
            assertThat(thread.isAlive()).isFalse();
        }
        assertThat(failures).isEmpty();
    }
}
