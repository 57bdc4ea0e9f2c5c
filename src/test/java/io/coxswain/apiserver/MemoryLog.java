package io.coxswain.apiserver;

import io.coxswain.store.ObjectLog;
import io.coxswain.store.Retention;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A store's log that forgets: tests of what stands above the store need no disk. */
final class MemoryLog implements ObjectLog {
    private final List<Row> past = new ArrayList<>();

    @Override
    public Position open() {
        return new Position(1, 1, 1, 0, List.of());
    }

    @Override
    public void load(Consumer<Row> rows) {
        // Empty at the start.
    }

    @Override
    public synchronized List<Row> readAbove(long revision) {
        return past.stream().filter(row -> row.object().revision() > revision).toList();
    }

    @Override
    public boolean isShared() {
        return false;
    }

    @Override
    public Position position() {
        return open();
    }

    @Override
    public List<Row> readNew(long revision) {
        return readAbove(revision);
    }

    @Override
    public synchronized void write(long known, Planner planner) {
        past.addAll(planner.plan(List.of()).past());
    }

    @Override
    public void sync() {
        // Nothing outlives the test.
    }

    @Override
    public synchronized int compact(Retention retention, long target, long upTo) {
        int before = past.size();
        past.removeIf(row -> row.superseded() <= upTo);
        return before - past.size();
    }
}
