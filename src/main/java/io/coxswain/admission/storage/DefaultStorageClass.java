package io.coxswain.admission.storage;

import io.coxswain.admission.DefaultClass;
import io.coxswain.client.CachedReads;
import io.coxswain.client.ResourceTypes;
import io.coxswain.kinds.storage.StorageClassKind;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Gives claims that choose no class the newest of those marked as default. */
@ApplicationScoped
public class DefaultStorageClass extends DefaultClass {
    private static final Choice CHOICE = new Choice(
            "persistentvolumeclaims",
            "storageClassName",
            "volume.beta.kubernetes.io/storage-class",
            StorageClassKind.DEFAULT_ANNOTATIONS);

    /** For CDI's proxy. */
    protected DefaultStorageClass() {}

    @Inject
    public DefaultStorageClass(CachedReads reads) {
        super(reads, ResourceTypes.STORAGE_CLASSES, CHOICE);
    }

    @Override
    public String name() {
        return "DefaultStorageClass";
    }
}
