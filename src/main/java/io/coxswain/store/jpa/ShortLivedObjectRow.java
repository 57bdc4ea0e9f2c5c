package io.coxswain.store.jpa;

import io.coxswain.store.StoredObject;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;

/** The current state of an object of a resource with short history. */
@Entity
@Table(name = "short_lived_object")
class ShortLivedObjectRow extends StateRow {
    protected ShortLivedObjectRow() {}

    ShortLivedObjectRow(StoredObject object) {
        super(object);
    }
}
