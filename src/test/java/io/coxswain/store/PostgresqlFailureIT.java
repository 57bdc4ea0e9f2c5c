package io.coxswain.store;

import static io.coxswain.store.StoreObjects.create;
import static io.coxswain.store.StoreObjects.data;
import static io.coxswain.store.StoreObjects.drain;
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
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What callers notice when the PostgreSQL server dies or restarts; and that nothing acknowledged is lost. */
class PostgresqlFailureIT {
    private static final int CLIENTS = 8;
    private static final int KILLS = 5;

    private final PostgresqlServer server = PostgresqlServer.make();

    @SuppressWarnings("NullAway.Init") // by start, before each test
    private PostgresqlDatabase database;

    @SuppressWarnings("NullAway.Init") // by start, before each test
    private ManagedObjectStore store;

    @BeforeEach
    void start() {
        server.start();
        database = server.newSchema();
        store = open(database);
    }

    private static ManagedObjectStore open(PostgresqlDatabase database) {
        ManagedObjectStore store = database.store(StoreSettings.defaults(Set.of()), Clock.systemUTC());
        store.start();
        return store;
    }

    @AfterEach
    void stop() {
        store.stop();
        database.close();
        server.close();
    }

    @Test
    @Timeout(300)
    void killedInTheMidstOfWritesItLosesNothingAndTheStoreRecovers() throws Exception {
        Map<Long, String> acknowledged = new ConcurrentHashMap<>();
        AtomicInteger refused = new AtomicInteger();
        AtomicInteger round = new AtomicInteger();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Random random = new Random(i);
            Thread client = new Thread(() -> {
                while (round.get() < KILLS) {
                    write(random, acknowledged, refused);
                }
            });
            client.start();
            clients.add(client);
        }
        for (int kill = 1; kill <= KILLS; kill++) {
            int before = acknowledged.size();
            await().atMost(Duration.ofSeconds(60)).until(() -> acknowledged.size() > before + 200);
            server.kill();
            server.start();
            round.incrementAndGet();
        }
        for (Thread client : clients) {
            client.join(60_000);
            assertThat(client.isAlive()).isFalse();
        }
        assertThat(refused).as("writes the dead database did not take").hasPositiveValue();
        verify(store, acknowledged);
        Map<String, Long> served = state(store);
        store.stop();
        store = open(database);
        verify(store, acknowledged);
        assertThat(state(store)).isEqualTo(served);
    }

    private void write(Random random, Map<Long, String> acknowledged, AtomicInteger refused) {
        Mutation mutation = StoreObjects.anyChange(store, random, 40);
        try {
            StoredObject made =
                    store.commit(List.of(mutation)).toCompletableFuture().join().get(0);
            String other = acknowledged.put(made.revision(), made.key().name() + " " + data(made));
            assertThat(other)
                    .as("revision %s was given out twice", made.revision())
                    .isNull();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StoreUnavailableException) {
                refused.incrementAndGet();
            } else if (!(e.getCause() instanceof PreconditionFailedException)) {
                throw e;
            }
        }
    }

    private static void verify(ManagedObjectStore store, Map<Long, String> acknowledged) {
        Map<Long, String> found = new ConcurrentHashMap<>();
        long last = 1;
        for (StoreEvent event : drain(store.watch(new StoreWatch.Request("pods", null, null, 1, 1), () -> {}))) {
            assertThat(event.revision()).isEqualTo(last + 1);
            last = event.revision();
            found.put(last, event.object().key().name() + " " + data(event.object()));
        }
        assertThat(found).containsAllEntriesOf(acknowledged);
        assertThat(store.revision()).isEqualTo(last);
    }

    private static Map<String, Long> state(ManagedObjectStore store) {
        Map<String, Long> state = new ConcurrentHashMap<>();
        store.snapshot("pods")
                .iterate(null, null)
                .forEachRemaining(one -> state.put(one.key().name(), one.revision()));
        return state;
    }

    @Test
    void whileItIsDownWritesAreRefusedAndReadsGoOn() {
        StoredObject a = put(store, create(pod("ns", "a"), "1"));
        server.kill();

        assertThatThrownBy(() -> put(store, update(a, "2"))).isInstanceOf(StoreUnavailableException.class);
        assertThat(names(store.snapshot("pods"))).containsExactly("a=1");
        assertThat(store.statistics().problem()).isPresent();

        server.start();
        await().atMost(Duration.ofSeconds(20))
                .ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                .untilAsserted(() -> assertThat(
                                put(store, create(pod("ns", "b"), "1")).revision())
                        .isEqualTo(3));
        assertThat(store.statistics().problem()).isEmpty();
    }

    @Test
    void aRestartBetweenTwoWritesIsNotNoticed() {
        put(store, create(pod("ns", "a"), "1"));
        server.stop();
        server.start();

        assertThat(put(store, create(pod("ns", "b"), "1")).revision()).isEqualTo(3);
    }
}
