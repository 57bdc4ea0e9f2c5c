package io.coxswain.store.jpa;

import io.coxswain.store.ObjectLog;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** Up to which revision everything was written at or before a time. */
@Entity
@Table(name = "revision_time")
class RevisionTimeRow {
    @Id
    @Column(name = "revision")
    private long revision;

    @Column(name = "millis")
    private long millis;

    protected RevisionTimeRow() {}

    RevisionTimeRow(ObjectLog.RevisionTime time) {
        this.revision = time.revision();
        this.millis = time.millis();
    }

    ObjectLog.RevisionTime time() {
        return new ObjectLog.RevisionTime(revision, millis);
    }
}
