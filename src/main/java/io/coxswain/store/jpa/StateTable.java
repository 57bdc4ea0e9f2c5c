package io.coxswain.store.jpa;

import io.coxswain.store.Retention;
import io.coxswain.store.StoredObject;
import jakarta.persistence.Table;
import java.util.function.Function;

/** The pair of tables of a retention class. */
enum StateTable {
    ORDINARY(Retention.NORMAL, ObjectRow.class, RevisionLogRow.class, ObjectRow::new),
    SHORT_LIVED(Retention.SHORT, ShortLivedObjectRow.class, ShortLivedLogRow.class, ShortLivedObjectRow::new);

    private final Retention retention;
    private final Class<? extends StateRow> current;
    private final Class<? extends PastRow> past;
    private final Function<StoredObject, StateRow> makeCurrent;

    StateTable(
            Retention retention,
            Class<? extends StateRow> current,
            Class<? extends PastRow> past,
            Function<StoredObject, StateRow> makeCurrent) {
        this.retention = retention;
        this.current = current;
        this.past = past;
        this.makeCurrent = makeCurrent;
    }

    static StateTable of(Retention retention) {
        return retention == Retention.SHORT ? SHORT_LIVED : ORDINARY;
    }

    Retention retention() {
        return retention;
    }

    /** The name of the entity that holds current states. */
    String current() {
        return current.getSimpleName();
    }

    /** The name of the entity that holds past states. */
    String past() {
        return past.getSimpleName();
    }

    /** The table of current states, as SQL has it. */
    String currentTable() {
        return current.getAnnotation(Table.class).name();
    }

    /** The table of past states, as SQL has it. */
    String pastTable() {
        return past.getAnnotation(Table.class).name();
    }

    StateRow currentRow(StoredObject object) {
        return makeCurrent.apply(object);
    }
}
