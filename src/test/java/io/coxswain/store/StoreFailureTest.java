package io.coxswain.store;

import static io.coxswain.store.StoreObjects.create;
import static io.coxswain.store.StoreObjects.drain;
import static io.coxswain.store.StoreObjects.get;
import static io.coxswain.store.StoreObjects.names;
import static io.coxswain.store.StoreObjects.pod;
import static io.coxswain.store.StoreObjects.put;
import static io.coxswain.store.StoreObjects.texts;
import static io.coxswain.store.StoreObjects.update;
import static io.coxswain.store.StoreObjects.watching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.store.jpa.H2Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What callers and watchers notice when the database fails. */
class StoreFailureTest {
    private final StoreObjects.MovableClock clock = new StoreObjects.MovableClock();
    private final H2Database database = H2Database.inMemory();
    private final StoreSettings settings = StoreObjects.settings(Duration.ofMinutes(10), 1 << 20, 5000);
    private final FailingLog log = new FailingLog(database.log(settings));
    private final GroupCommitStore store = new GroupCommitStore(log, settings, clock, Thread::new);
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch reached = new CountDownLatch(1);

    @BeforeEach
    void start() {
        store.start();
    }

    @AfterEach
    void stop() {
        held.countDown();
        store.stop();
        database.close();
    }

    @Test
    void aFailedBatchFailsAllItsSetsAndLeavesNoTrace() throws Exception {
        StoredObject a = put(store, create(pod("ns", "a"), "1"));
        StoreWatch watch = store.watch(watching("pods", 2), () -> {});
        List<CompletionStage<List<StoredObject>>> batch = holdAndQueue(
                List.of(update(a, "2")), List.of(create(pod("ns", "b"), "1")), List.of(update(a, "conflict")));
        log.beforeWrite = () -> {
            throw new StoreUnavailableException("disk full");
        };
        held.countDown();

        for (CompletionStage<List<StoredObject>> stage : batch) {
            // Also the lost race: it was lost against a write that never was.
            assertThatThrownBy(() -> get(stage))
                    .isInstanceOf(StoreUnavailableException.class)
                    .isNotInstanceOf(CommitOutcomeException.class)
                    .hasMessage("disk full");
        }
        assertThat(store.revision()).isEqualTo(3);
        assertThat(names(store.snapshot("pods"))).containsExactly("a=1", "hold=x");
        assertThat(store.statistics().problem()).contains("disk full");
        log.beforeWrite = () -> {};
        assertThat(put(store, update(a, "2")).revision()).isEqualTo(4);
        assertThat(texts(drain(watch))).containsExactly("ADDED hold@3 x", "MODIFIED a@4 2");
        assertThat(store.statistics().problem()).isEmpty();
        assertThat(store.statistics().failedBatches()).isEqualTo(1);
    }

    @Test
    void aCommitThatFailedButHappenedIsAnsweredAsDone() {
        log.afterWrite = () -> {
            log.afterWrite = () -> {};
            throw new CommitOutcomeException("connection lost", new IllegalStateException());
        };
        assertThat(put(store, create(pod("ns", "a"), "1")).revision()).isEqualTo(2);
        assertThat(names(store.snapshot("pods"))).containsExactly("a=1");
        assertThat(put(store, create(pod("ns", "b"), "1")).revision()).isEqualTo(3);
    }

    @Test
    void aCommitThatFailedAndDidNotHappenSaysSo() {
        log.beforeWrite = () -> {
            log.beforeWrite = () -> {};
            throw new CommitOutcomeException("connection lost", new IllegalStateException());
        };
        assertThatThrownBy(() -> put(store, create(pod("ns", "a"), "1")))
                .isInstanceOf(StoreUnavailableException.class)
                .isNotInstanceOf(CommitOutcomeException.class);
        assertThat(put(store, create(pod("ns", "a"), "2")).revision()).isEqualTo(2);
    }

    @Test
    void anUnknownOutcomeIsLookedUpBeforeTheNextWrite() {
        StoredObject a = put(store, create(pod("ns", "a"), "1"));
        StoreWatch watch = store.watch(watching("pods", 2), () -> {});
        log.afterWrite = () -> {
            throw new CommitOutcomeException("connection lost", new IllegalStateException());
        };
        log.beforeRead = () -> {
            throw new StoreUnavailableException("still gone");
        };
        assertThatThrownBy(() -> get(store.commit(List.of(update(a, "2"), create(pod("ns", "b"), "1")))))
                .isInstanceOf(CommitOutcomeException.class);
        assertThatThrownBy(() -> put(store, create(pod("ns", "c"), "1"))).hasMessage("still gone");
        assertThat(store.revision()).isEqualTo(2);
        assertThat(drain(watch)).isEmpty();

        log.afterWrite = () -> {};
        log.beforeRead = () -> {};
        assertThatThrownBy(() -> put(store, update(a, "lost"))).isInstanceOf(PreconditionFailedException.class);
        assertThat(put(store, create(pod("ns", "c"), "1")).revision()).isEqualTo(5);
        assertThat(texts(drain(watch))).containsExactly("MODIFIED a@3 2", "ADDED b@4 1", "ADDED c@5 1");
    }

    @Test
    void aFailedFlushIsNoAnswer() {
        log.beforeSync = () -> {
            throw new CommitOutcomeException("fsync", new IllegalStateException());
        };
        assertThatThrownBy(() -> put(store, create(pod("ns", "a"), "1"))).isInstanceOf(CommitOutcomeException.class);
        assertThat(names(store.snapshot("pods"))).isEmpty();
        log.beforeSync = () -> {};
        assertThatThrownBy(() -> put(store, create(pod("ns", "a"), "1")))
                .isInstanceOf(PreconditionFailedException.class);
    }

    @Test
    void anythingUnforeseenIsAnsweredToo() {
        log.beforeWrite = () -> {
            throw new StackOverflowError();
        };
        assertThatThrownBy(() -> put(store, create(pod("ns", "a"), "1")))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("StackOverflowError");
        log.beforeWrite = () -> {};
        assertThat(put(store, create(pod("ns", "a"), "1")).revision()).isEqualTo(2);
    }

    @Test
    void aWriterThatDiesLeavesNobodyWaiting() {
        StoredObject a = put(store, create(pod("ns", "a"), "1"));
        put(store, update(a, "2"));
        clock.move(Duration.ofMinutes(11));
        log.beforeCompact = () -> {
            throw new StackOverflowError();
        };
        CompletionStage<Long> compaction = store.compact();
        assertThatThrownBy(() -> get(compaction)).isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> put(store, create(pod("ns", "b"), "1"))).isInstanceOf(StoreUnavailableException.class);
        assertThat(names(store.snapshot("pods"))).containsExactly("a=2");
    }

    @Test
    void aTableOutOfReachFailsTheWholeTransaction() {
        StoredObject a = put(store, create(pod("ns", "a"), "1"));
        database.execute("ALTER TABLE revision_log RENAME TO hidden");
        assertThatThrownBy(() -> get(store.commit(List.of(update(a, "2"), create(pod("ns", "b"), "1")))))
                .isInstanceOf(StoreUnavailableException.class)
                .isNotInstanceOf(CommitOutcomeException.class);
        assertThat(names(store.snapshot("pods"))).containsExactly("a=1");
        assertThat(database.number("SELECT MAX(revision) FROM object")).isEqualTo(2);

        database.execute("ALTER TABLE hidden RENAME TO revision_log");
        assertThat(get(store.commit(List.of(update(a, "2"), create(pod("ns", "b"), "1")))))
                .extracting(StoredObject::revision)
                .containsExactly(3L, 4L);
    }

    @Test
    void someoneElsesWritesAreNoticed() {
        StoredObject a = put(store, create(pod("ns", "a"), "1"));
        database.execute("UPDATE object SET revision = 77");
        assertThatThrownBy(() -> put(store, update(a, "2")))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("somebody else writes");
    }

    @Test
    void aFullQueueRefusesAtOnce() throws Exception {
        List<CompletionStage<List<StoredObject>>> waiting = holdAndQueue(
                List.of(create(pod("ns", "a"), "x".repeat(4000))), List.of(create(pod("ns", "b"), "x".repeat(4000))));
        assertThatThrownBy(() -> get(waiting.get(1)))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("overloaded");
        assertThat(store.statistics().waitingSets()).isEqualTo(1);
        held.countDown();
        assertThat(get(waiting.get(0))).hasSize(1);
        assertThat(put(store, create(pod("ns", "b"), "1")).revision()).isEqualTo(4);
    }

    @Test
    void aFailedCompactionIsToldAndDoneNextTime() {
        StoredObject a = put(store, create(pod("ns", "a"), "1"));
        for (int i = 0; i < 10; i++) {
            a = put(store, update(a, "u" + i));
        }
        clock.move(Duration.ofMinutes(11));
        log.beforeCompact = () -> {
            throw new StoreUnavailableException("busy");
        };
        assertThatThrownBy(() -> get(store.compact())).hasMessage("busy");
        put(store, update(a, "still writing"));
        log.beforeCompact = () -> {};
        assertThat(get(store.compact())).isEqualTo(10);
    }

    @Test
    void aStoreThatIsNotRunningSaysSo() {
        GroupCommitStore idle = new GroupCommitStore(log, settings, clock, Thread::new);
        assertThatThrownBy(() -> put(idle, create(pod("ns", "a"), "1"))).isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> get(idle.compact())).isInstanceOf(StoreUnavailableException.class);
        idle.stop();
    }

    /** Holds the writer inside one write, queues sets behind it, and returns their stages. */
    @SafeVarargs
    private List<CompletionStage<List<StoredObject>>> holdAndQueue(List<Mutation>... sets) throws Exception {
        log.beforeWrite = () -> {
            log.beforeWrite = () -> {};
            reached.countDown();
            try {
                held.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        store.commit(List.of(create(pod("ns", "hold"), "x")));
        reached.await();
        List<CompletionStage<List<StoredObject>>> stages = new ArrayList<>();
        for (List<Mutation> set : sets) {
            stages.add(store.commit(set));
        }
        return stages;
    }
}
