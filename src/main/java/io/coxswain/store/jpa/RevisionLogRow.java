package io.coxswain.store.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Table;

/** A past state of an object of an ordinary resource. */
@Entity
@Table(name = "revision_log")
class RevisionLogRow extends PastRow {
    protected RevisionLogRow() {}
}
