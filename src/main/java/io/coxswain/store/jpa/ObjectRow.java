package io.coxswain.store.jpa;

import io.coxswain.store.StoredObject;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;

/** The current state of an object of an ordinary resource. */
@Entity
@Table(name = "object")
class ObjectRow extends StateRow {
    protected ObjectRow() {}

    ObjectRow(StoredObject object) {
        super(object);
    }
}
