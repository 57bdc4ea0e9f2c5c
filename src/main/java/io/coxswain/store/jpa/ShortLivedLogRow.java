package io.coxswain.store.jpa;

import jakarta.persistence.Entity;
import jakarta.persistence.Table;

/** A past state of an object of a resource with short history. */
@Entity
@Table(name = "short_lived_log")
class ShortLivedLogRow extends PastRow {
    protected ShortLivedLogRow() {}
}
