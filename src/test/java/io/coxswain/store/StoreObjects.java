package io.coxswain.store;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Small vocabulary of the store's tests. */
public final class StoreObjects {
    private StoreObjects() {}

    public static ObjectKey pod(String namespace, String name) {
        return new ObjectKey("pods", namespace, name);
    }

    public static ObjectBytes value(String text) {
        return new ObjectBytes(
                "{\"metadata\":{\"resourceVersion\":\"".getBytes(StandardCharsets.UTF_8),
                ("\"},\"data\":\"" + text + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    public static String data(StoredObject object) {
        return object.tree().getString("data");
    }

    public static Mutation create(ObjectKey key, String text) {
        return new Mutation.Create(key, value(text));
    }

    public static Mutation update(StoredObject seen, String text) {
        return new Mutation.Update(seen.key(), seen.revision(), value(text));
    }

    public static Mutation delete(StoredObject seen) {
        return new Mutation.Delete(seen.key(), seen.revision(), value(data(seen)));
    }

    /** Any change of one of so many pods in namespace {@code ns}, upon the state that the store shows. */
    public static Mutation anyChange(ObjectStore store, Random random, int pods) {
        ObjectKey key = pod("ns", "p" + random.nextInt(pods));
        String text = Long.toHexString(random.nextLong()).repeat(20);
        return store.snapshot("pods")
                .get("ns", key.name())
                .map(seen -> random.nextInt(4) == 0 ? delete(seen) : update(seen, text))
                .orElseGet(() -> create(key, text));
    }

    public static StoredObject put(ObjectStore store, Mutation mutation) {
        return get(store.commit(List.of(mutation))).get(0);
    }

    /** The stage's value, within ten seconds; its failure as thrown by the store. */
    public static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("no answer from the store", e);
        }
    }

    public static StoreWatch.Request watching(String resource, long from) {
        return new StoreWatch.Request(resource, null, null, from, 10_000);
    }

    public static List<StoreEvent> drain(StoreWatch watch) {
        List<StoreEvent> events = new ArrayList<>();
        for (StoreEvent event = watch.poll(); event != null; event = watch.poll()) {
            events.add(event);
        }
        return events;
    }

    /** Events as {@code ADDED a@2 one}. */
    public static List<String> texts(List<StoreEvent> events) {
        return events.stream()
                .map(event -> event.type() + " " + event.object().key().name() + "@" + event.revision() + " "
                        + data(event.object()))
                .toList();
    }

    public static List<String> names(Snapshot snapshot) {
        List<String> names = new ArrayList<>();
        snapshot.iterate(null, null)
                .forEachRemaining(object -> names.add(object.key().name() + "=" + data(object)));
        return names;
    }

    /** Bounds with everything at its default, but for what tests vary. */
    public static StoreSettings settings(Duration history, long historyBytes, long queueBytes) {
        return new StoreSettings(
                200,
                1 << 20,
                queueBytes,
                1 << 16,
                history,
                history.dividedBy(5),
                historyBytes,
                java.util.Set.of("leases"),
                3,
                Duration.ofSeconds(10));
    }

    public static StoreSettings settings() {
        return settings(Duration.ofMinutes(10), 32 << 20, 32 << 20);
    }

    /** A clock that tests move. */
    public static final class MovableClock extends Clock {
        private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

        public void move(Duration step) {
            now = now.plus(step);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
