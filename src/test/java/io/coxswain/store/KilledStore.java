package io.coxswain.store;

import io.coxswain.store.jpa.H2Database;
import io.coxswain.store.jpa.PostgresqlDatabase;
import io.coxswain.store.jpa.PostgresqlServer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A program that writes to a store until it is killed, and tells on its output what was acknowledged: {@code
 * revision name data .} a line. Arguments: H2's file or PostgreSQL's address, a seed.
 */
public final class KilledStore {
    private static final int CLIENTS = 8;

    private KilledStore() {}

    public static void main(String[] args) {
        TestDatabase database = args[0].startsWith("jdbc:")
                ? new PostgresqlDatabase(args[0], PostgresqlServer.OWNER, PostgresqlServer.PASSWORD)
                : H2Database.inFile(Path.of(args[0]));
        ManagedObjectStore store = database.store(StoreSettings.defaults(Set.of()), Clock.systemUTC());
        store.start();
        for (int i = 0; i < CLIENTS; i++) {
            Random random = new Random(Long.parseLong(args[1]) * CLIENTS + i);
            new Thread(() -> write(store, random)).start();
        }
    }

    private static void write(ManagedObjectStore store, Random random) {
        while (true) {
            ObjectKey key = StoreObjects.pod("ns", "p" + random.nextInt(40));
            String data = Long.toHexString(random.nextLong()).repeat(20);
            Mutation mutation = store.snapshot("pods")
                    .get("ns", key.name())
                    .map(seen -> random.nextInt(4) == 0 ? StoreObjects.delete(seen) : StoreObjects.update(seen, data))
                    .orElseGet(() -> StoreObjects.create(key, data));
            try {
                StoredObject made = store.commit(List.of(mutation))
                        .toCompletableFuture()
                        .join()
                        .get(0);
                tell(made.revision() + " " + key.name() + " " + StoreObjects.data(made) + " .");
            } catch (java.util.concurrent.CompletionException e) {
                if (!(e.getCause() instanceof PreconditionFailedException)) {
                    throw e;
                }
            }
        }
    }

    private static synchronized void tell(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
