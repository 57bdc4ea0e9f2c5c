package io.coxswain.admission.storage;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.admission.ValidatingAdmission;
import io.coxswain.client.CachedReads;
import io.coxswain.client.ReadThrough;
import io.coxswain.client.ResourceTypes;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.quantity.Quantity;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;

/** A claim grows only when it is bound and its storage class says that its volumes can. */
@ApplicationScoped
public class PersistentVolumeClaimResize implements ValidatingAdmission {
    private static final String CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

    private final ReadThrough<JsonObject> classes;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected PersistentVolumeClaimResize() {
        this.classes = null;
    }

    @Inject
    public PersistentVolumeClaimResize(CachedReads reads) {
        this.classes = reads.of(ResourceTypes.STORAGE_CLASSES);
    }

    @Override
    public String name() {
        return "PersistentVolumeClaimResize";
    }

    @Override
    public boolean handles(AdmissionAttributes attributes) {
        return attributes.operation() == Operation.UPDATE
                && attributes.subresource().isEmpty()
                && attributes.resource().groupResource().toString().equals("persistentvolumeclaims");
    }

    @Override
    public void validate(AdmissionAttributes attributes) {
        ObjectView now = new ObjectView(attributes.object());
        ObjectView old = new ObjectView(attributes.oldObject());
        if (requested(now).compareTo(requested(old)) <= 0) {
            return;
        }
        if (!old.text("status", "phase").equals("Bound")) {
            throw attributes.forbidden("Only bound persistent volume claims can be expanded");
        }
        if (!canGrow(old)) {
            throw attributes.forbidden("only dynamically provisioned pvc can be resized and the storageclass that"
                    + " provisions the pvc must support resize");
        }
    }

    private boolean canGrow(ObjectView claim) {
        String annotated = claim.annotations().getOrDefault(CLASS_ANNOTATION, "");
        String name = annotated.isEmpty() ? claim.text("spec", "storageClassName") : annotated;
        return !name.isEmpty()
                && classes.get("", name)
                        .flatMap(found -> new ObjectView(found).flag("allowVolumeExpansion"))
                        .orElse(false);
    }

    private static Quantity requested(ObjectView claim) {
        String text = claim.text("spec", "resources", "requests", "storage");
        return Quantity.parse(text.isEmpty() ? "0" : text);
    }
}
