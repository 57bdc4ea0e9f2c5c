package io.coxswain.admission.storage;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.admission.MutatingAdmission;
import io.coxswain.client.CachedReads;
import io.coxswain.client.ReadThrough;
import io.coxswain.client.ResourceType;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.util.Comparator;

/** Gives claims that choose no class the newest of those marked as default. The empty string is a choice. */
@ApplicationScoped
public class DefaultStorageClass implements MutatingAdmission {
    private static final ResourceType<JsonObject> TYPE =
            ResourceType.cluster("storage.k8s.io", "v1", "storageclasses", "StorageClass", JsonObject.class);
    private static final Comparator<ObjectView> NEWEST_FIRST = Comparator.<ObjectView, String>comparing(
                    each -> each.text("metadata", "creationTimestamp"))
            .reversed()
            .thenComparing(ObjectView::name);

    private final ReadThrough<JsonObject> classes;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected DefaultStorageClass() {
        this.classes = null;
    }

    @Inject
    public DefaultStorageClass(CachedReads reads) {
        this.classes = reads.of(TYPE);
    }

    @Override
    public String name() {
        return "DefaultStorageClass";
    }

    @Override
    public boolean handles(AdmissionAttributes attributes) {
        return attributes.operation() == Operation.CREATE
                && attributes.subresource().isEmpty()
                && attributes.resource().groupResource().toString().equals("persistentvolumeclaims");
    }

    @Override
    public JsonObject admit(AdmissionAttributes attributes) {
        ObjectView object = new ObjectView(attributes.object());
        boolean chosen = object.at("spec", "storageClassName").isPresent()
                || object.annotations().containsKey("volume.beta.kubernetes.io/storage-class");
        if (chosen) {
            return object.json();
        }
        return classes.list("").stream()
                .map(ObjectView::new)
                .filter(DefaultStorageClass::isDefault)
                .min(NEWEST_FIRST)
                .map(found -> JsonTrees.set(object.json(), JsonTrees.text(found.name()), "spec", "storageClassName"))
                .orElse(object.json());
    }

    private static boolean isDefault(ObjectView each) {
        return "true".equals(each.annotations().get("storageclass.kubernetes.io/is-default-class"))
                || "true".equals(each.annotations().get("storageclass.beta.kubernetes.io/is-default-class"));
    }
}
