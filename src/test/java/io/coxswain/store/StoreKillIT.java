package io.coxswain.store;

import io.coxswain.store.jpa.H2Database;

/** Kills on one H2 file. */
class StoreKillIT extends StoreKillContract {
    @Override
    protected TestDatabase connect() {
        return H2Database.inFile(directory.resolve("store"));
    }

    @Override
    protected String name() {
        return directory.resolve("store").toString();
    }
}
