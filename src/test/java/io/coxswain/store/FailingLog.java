package io.coxswain.store;

import java.util.List;
import java.util.function.Consumer;

/** A log that passes everything on, until told to fail. */
final class FailingLog implements ObjectLog {
    private final ObjectLog log;
    volatile Runnable beforeWrite = () -> {};
    volatile Runnable afterWrite = () -> {};
    volatile Runnable beforeSync = () -> {};
    volatile Runnable beforeRead = () -> {};
    volatile Runnable beforeCompact = () -> {};

    FailingLog(ObjectLog log) {
        this.log = log;
    }

    @Override
    public Position open() {
        return log.open();
    }

    @Override
    public void load(Consumer<Row> rows) {
        log.load(rows);
    }

    @Override
    public List<Row> readAbove(long revision) {
        beforeRead.run();
        return log.readAbove(revision);
    }

    @Override
    public boolean isShared() {
        return log.isShared();
    }

    @Override
    public Position position() {
        return log.position();
    }

    @Override
    public List<Row> readNew(long revision) {
        beforeRead.run();
        return log.readNew(revision);
    }

    @Override
    public void write(long known, Planner planner) {
        log.write(known, peers -> {
            Batch batch = planner.plan(peers);
            beforeWrite.run();
            return batch;
        });
        afterWrite.run();
    }

    @Override
    public void sync() {
        beforeSync.run();
        log.sync();
    }

    @Override
    public int compact(Retention retention, long target, long upTo) {
        beforeCompact.run();
        return log.compact(retention, target, upTo);
    }
}
