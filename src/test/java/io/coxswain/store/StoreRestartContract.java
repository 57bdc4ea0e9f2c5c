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
import static io.coxswain.store.StoreObjects.watching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a store finds when it opens the database of another. */
abstract class StoreRestartContract {
    private final StoreObjects.MovableClock clock = new StoreObjects.MovableClock();

    private TestDatabase database;
    private ManagedObjectStore store;

    /** The one database of a test, opened again. */
    protected abstract TestDatabase connect();

    @BeforeEach
    void open() {
        open(StoreObjects.settings());
    }

    private void open(StoreSettings settings) {
        database = connect();
        store = database.store(settings, clock);
        store.start();
    }

    @AfterEach
    void close() {
        store.stop();
        database.close();
    }

    private void restart() {
        close();
        open();
    }

    @Test
    void everythingIsThere() {
        StoredObject a = put(store, create(pod("ns", "a"), "1"));
        StoredObject lease = put(store, create(new ObjectKey("leases", "ns", "l"), "1"));
        put(store, create(pod("ns", "b"), "1"));
        StoredObject a2 = put(store, update(a, "2"));
        put(store, update(lease, "2"));
        put(store, delete(put(store, create(pod("ns", "c"), "1"))));

        restart();

        assertThat(store.revision()).isEqualTo(8);
        assertThat(names(store.snapshot("pods"))).containsExactly("a=2", "b=1");
        assertThat(names(store.snapshot("leases"))).containsExactly("l=2");
        assertThat(store.snapshot("pods").get("ns", "a").orElseThrow().json()).isEqualTo(a2.json());
        assertThatThrownBy(() -> put(store, update(a, "stale"))).isInstanceOf(PreconditionFailedException.class);
        assertThat(put(store, update(a2, "3")).revision()).isEqualTo(9);
        assertThat(database.number("SELECT COUNT(*) FROM short_lived_object")).isEqualTo(1);
        assertThat(database.number("SELECT COUNT(*) FROM object")).isEqualTo(2);
    }

    @Test
    void watchesAndReadsOfThePastGoOn() {
        StoredObject a = put(store, create(pod("ns", "a"), "1"));
        StoredObject a2 = put(store, update(a, "2"));
        put(store, create(pod("ns", "b"), "1"));
        StoredObject a3 = put(store, update(a2, "3"));
        put(store, delete(a3));
        StoreWatch before = store.watch(watching("pods", 2), () -> {});
        var expected = drain(before);

        restart();

        var found = drain(store.watch(watching("pods", 2), () -> {}));
        assertThat(texts(found)).isEqualTo(texts(expected)).hasSize(4);
        assertThat(found.get(0).previous().map(StoreObjects::data)).contains("1");
        assertThat(found.get(3).previous().map(StoredObject::revision)).contains(5L);
        for (long revision = 1; revision <= 6; revision++) {
            assertThat(names(store.snapshotAt("pods", revision)))
                    .isEqualTo(
                            switch ((int) revision) {
                                case 1 -> java.util.List.of();
                                case 2 -> java.util.List.of("a=1");
                                case 3 -> java.util.List.of("a=2");
                                case 4 -> java.util.List.of("a=2", "b=1");
                                case 5 -> java.util.List.of("a=3", "b=1");
                                default -> java.util.List.of("b=1");
                            });
        }
    }

    @Test
    void whatWasCompactedStaysGone() {
        StoredObject a = put(store, create(pod("ns", "a"), "0"));
        for (int i = 1; i <= 20; i++) {
            a = put(store, update(a, String.valueOf(i)));
        }
        clock.move(Duration.ofMinutes(11));
        put(store, update(a, "after"));
        assertThat(get(store.compact())).isEqualTo(20);
        assertThat(database.number("SELECT COUNT(*) FROM revision_log")).isEqualTo(1);

        restart();

        assertThat(store.compactedRevision()).isEqualTo(22);
        RevisionException failure =
                catchThrowableOfType(RevisionException.class, () -> store.watch(watching("pods", 21), () -> {}));
        assertThat(failure.problem()).isEqualTo(RevisionException.Problem.COMPACTED);
        assertThat(failure.bound()).isEqualTo(22);
        assertThat(texts(drain(store.watch(watching("pods", 22), () -> {})))).containsExactly("MODIFIED a@23 after");
        assertThat(names(store.snapshotAt("pods", 22))).containsExactly("a=20");
        assertThat(data(store.snapshot("pods").get("ns", "a").orElseThrow())).isEqualTo("after");
    }

    @Test
    void aCompactionCutShortIsFinishedLater() {
        StoredObject a = put(store, create(pod("ns", "a"), "0"));
        for (int i = 1; i <= 10; i++) {
            a = put(store, update(a, String.valueOf(i)));
        }
        // As if the server had been killed after the floor was written and before the rows went.
        database.execute("UPDATE cluster_meta SET compacted = 9");

        restart();

        assertThat(texts(drain(store.watch(watching("pods", 9), () -> {})))).hasSize(3);
        assertThatThrownBy(() -> store.watch(watching("pods", 8), () -> {})).isInstanceOf(RevisionException.class);
        clock.move(Duration.ofMinutes(11));
        assertThat(get(store.compact())).isEqualTo(10);
        assertThat(database.number("SELECT COUNT(*) FROM revision_log")).isZero();
    }

    @Test
    void theNewestRevisionSurvivesWhenAllHistoryIsGone() {
        StoredObject a = put(store, create(pod("ns", "a"), "0"));
        put(store, delete(a));
        clock.move(Duration.ofMinutes(11));
        assertThat(get(store.compact())).isEqualTo(2);

        restart();

        assertThat(store.revision()).isEqualTo(3);
        assertThat(put(store, create(pod("ns", "a"), "1")).revision()).isEqualTo(4);
    }

    @Test
    void afterARestoreTheRevisionJumpsOnce() {
        StoredObject a = put(store, create(pod("ns", "a"), "0"));
        put(store, update(a, "1"));
        database.execute("UPDATE cluster_meta SET jump = 1000000000");

        restart();

        assertThat(store.revision()).isEqualTo(1_000_000_003);
        assertThat(store.statistics().epoch()).isEqualTo(1);
        assertThatThrownBy(() -> store.watch(watching("pods", 3), () -> {}))
                .isInstanceOf(RevisionException.class)
                .hasMessageContaining("COMPACTED");
        assertThat(names(store.snapshot("pods"))).containsExactly("a=1");
        put(store, create(pod("ns", "b"), "1"));

        restart();

        assertThat(store.revision()).isEqualTo(1_000_000_004);
        assertThat(store.statistics().epoch()).isEqualTo(1);
        clock.move(Duration.ofMinutes(11));
        assertThat(get(store.compact())).isZero();
    }

    @Test
    void resourcesMoveWhenTheirHistoryIsConfiguredOtherwise() {
        put(store, create(pod("ns", "a"), "0"));
        put(store, create(new ObjectKey("leases", "ns", "l"), "1"));
        close();
        StoreSettings defaults = StoreSettings.defaults(Set.of("pods"));
        open(defaults);

        assertThat(names(store.snapshot("pods"))).containsExactly("a=0");
        assertThat(names(store.snapshot("leases"))).containsExactly("l=1");
        assertThat(database.number("SELECT COUNT(*) FROM short_lived_object WHERE resource = 'pods'"))
                .isEqualTo(1);
        assertThat(database.number("SELECT COUNT(*) FROM object WHERE resource = 'leases'"))
                .isEqualTo(1);
        assertThat(store.compactedRevision()).isEqualTo(3);
        StoredObject pod = store.snapshot("pods").get("ns", "a").orElseThrow();
        assertThat(put(store, update(pod, "1")).revision()).isEqualTo(4);
    }

    @Test
    void aDatabaseThatContradictsItselfIsNotServed() {
        StoredObject a = put(store, create(pod("ns", "a"), "0"));
        put(store, update(a, "1"));
        close();
        database = connect();
        database.execute("DELETE FROM object");
        store = database.store(StoreObjects.settings(), clock);

        // The log says that a was superseded by revision 3, but no row has it.
        assertThatThrownBy(() -> store.start()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aDatabaseOfANewerReleaseIsNotTouched() {
        close();
        database = connect();
        database.execute("INSERT INTO schema_version VALUES (1000)");
        store = database.store(StoreObjects.settings(), clock);

        assertThatThrownBy(() -> store.start())
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("newer release");
    }

    @Test
    void aStoreStartsOnlyOnce() {
        assertThatThrownBy(() -> store.start()).isInstanceOf(IllegalStateException.class);
    }
}
