package io.coxswain.bootstrap;

import io.coxswain.store.ManagedObjectStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Loads the store before anything asks for it, and stops it after everything else. */
@ApplicationScoped
public class StorePhase implements StartPhase {
    private ManagedObjectStore store;

    @SuppressWarnings("NullAway.Init")
    protected StorePhase() {}

    @Inject
    public StorePhase(ManagedObjectStore store) {
        this.store = store;
    }

    @Override
    public String name() {
        return "store";
    }

    @Override
    public int order() {
        return STORE;
    }

    @Override
    public void start() {
        store.start();
    }

    @Override
    public void stop() {
        store.stop();
    }
}
