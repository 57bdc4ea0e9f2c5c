package io.coxswain.store.jpa;

import io.coxswain.store.ObjectLog;
import io.coxswain.store.Retention;
import io.coxswain.store.StoredObject;
import java.util.function.Function;

/** The pair of tables of a retention class. */
enum StateTable {
    ORDINARY(Retention.NORMAL, "ObjectRow", "RevisionLogRow", ObjectRow::new, RevisionLogRow::new),
    SHORT_LIVED(
            Retention.SHORT,
            "ShortLivedObjectRow",
            "ShortLivedLogRow",
            ShortLivedObjectRow::new,
            ShortLivedLogRow::new);

    private final Retention retention;
    private final String current;
    private final String past;
    private final Function<StoredObject, StateRow> makeCurrent;
    private final Function<ObjectLog.Row, PastRow> makePast;

    StateTable(
            Retention retention,
            String current,
            String past,
            Function<StoredObject, StateRow> makeCurrent,
            Function<ObjectLog.Row, PastRow> makePast) {
        this.retention = retention;
        this.current = current;
        this.past = past;
        this.makeCurrent = makeCurrent;
        this.makePast = makePast;
    }

    static StateTable of(Retention retention) {
        return retention == Retention.SHORT ? SHORT_LIVED : ORDINARY;
    }

    Retention retention() {
        return retention;
    }

    /** The name of the entity that holds current states. */
    String current() {
        return current;
    }

    /** The name of the entity that holds past states. */
    String past() {
        return past;
    }

    StateRow currentRow(StoredObject object) {
        return makeCurrent.apply(object);
    }

    PastRow pastRow(ObjectLog.Row row) {
        return makePast.apply(row);
    }
}
