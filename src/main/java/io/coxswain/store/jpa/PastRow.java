package io.coxswain.store.jpa;

import io.coxswain.store.ObjectLog;
import jakarta.persistence.Column;
import jakarta.persistence.MappedSuperclass;

/** A state that is no longer current, or the last one of a deleted object. */
@MappedSuperclass
abstract class PastRow extends StateRow {
    @Column(name = "superseded")
    private long superseded;

    @Column(name = "deleted")
    private boolean deleted;

    protected PastRow() {}

    protected PastRow(ObjectLog.Row row) {
        super(row.object());
        this.superseded = row.superseded();
        this.deleted = row.deleted();
    }
}
