package io.coxswain.bootstrap.health;

import io.coxswain.apiserver.health.ServerCheck;
import io.coxswain.store.ManagedObjectStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;

/** Whether the database took the last batch of writes. Node heartbeats alone write every few seconds, so this is never old news. */
@ApplicationScoped
public class DatabaseCheck implements ServerCheck {
    private final ManagedObjectStore store;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected DatabaseCheck() {
        this.store = null;
    }

    @Inject
    public DatabaseCheck(ManagedObjectStore store) {
        this.store = store;
    }

    @Override
    public String name() {
        return "database";
    }

    @Override
    public Optional<String> fault() {
        return store.statistics().problem();
    }
}
