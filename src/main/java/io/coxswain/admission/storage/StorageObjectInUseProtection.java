package io.coxswain.admission.storage;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.admission.MutatingAdmission;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Gives new volumes and claims the finalizer that keeps them while they are in use; two control loops take it off again. */
@ApplicationScoped
public class StorageObjectInUseProtection implements MutatingAdmission {
    private static final Map<String, String> FINALIZERS = Map.of(
            "persistentvolumeclaims", "kubernetes.io/pvc-protection",
            "persistentvolumes", "kubernetes.io/pv-protection");

    @Override
    public String name() {
        return "StorageObjectInUseProtection";
    }

    @Override
    public boolean handles(AdmissionAttributes attributes) {
        return attributes.operation() == Operation.CREATE
                && attributes.subresource().isEmpty()
                && FINALIZERS.containsKey(attributes.resource().groupResource().toString());
    }

    @Override
    public JsonObject admit(AdmissionAttributes attributes) {
        String finalizer = FINALIZERS.get(attributes.resource().groupResource().toString());
        ObjectView object = new ObjectView(attributes.object());
        if (finalizer == null || object.finalizers().contains(finalizer)) {
            return object.json();
        }
        List<String> all = new ArrayList<>(object.finalizers());
        all.add(finalizer);
        return JsonTrees.set(object.json(), JsonTrees.texts(all), "metadata", "finalizers");
    }
}
