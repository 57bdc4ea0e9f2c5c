package io.coxswain.store.jpa;

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
}
