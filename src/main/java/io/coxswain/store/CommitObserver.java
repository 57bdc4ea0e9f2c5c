package io.coxswain.store;

/** Hears of every batch that became durable, on the writer's thread: must be quick and must not throw. */
public interface CommitObserver {
    /**
     * A batch is durable.
     *
     * @param sets change sets in it
     * @param nanos how long the database took for it
     */
    void committed(int sets, long nanos);
}
