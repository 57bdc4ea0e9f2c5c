package io.coxswain.store.jpa;

import io.coxswain.store.StoredObject;
import jakarta.persistence.Column;
import jakarta.persistence.Id;
import jakarta.persistence.MappedSuperclass;

/**
 * One state of one object. Its revision is its identity: a state never changes, an update puts another row in its
 * place.
 */
@MappedSuperclass
abstract class StateRow {
    @Id
    @Column(name = "revision")
    private long revision;

    @Column(name = "resource")
    private String resource = "";

    @Column(name = "namespace")
    private String namespace = "";

    @Column(name = "name")
    private String name = "";

    @Column(name = "json")
    private byte[] json = new byte[0];

    protected StateRow() {}

    protected StateRow(StoredObject object) {
        this.revision = object.revision();
        this.resource = object.key().resource();
        this.namespace = object.key().namespace();
        this.name = object.key().name();
        this.json = object.json();
    }

    @Override
    public String toString() {
        return resource + "/" + namespace + "/" + name + "@" + revision + " (" + json.length + " bytes)";
    }
}
