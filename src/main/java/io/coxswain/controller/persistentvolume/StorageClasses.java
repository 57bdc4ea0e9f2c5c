package io.coxswain.controller.persistentvolume;

import io.coxswain.client.Lister;
import io.coxswain.kinds.rules.DefaultChoice;
import io.coxswain.kinds.storage.StorageClassKind;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.util.Optional;

/** The storage classes there are, and which of them is the default. */
final class StorageClasses {
    private final Lister<JsonObject> classes;

    StorageClasses(Lister<JsonObject> classes) {
        this.classes = classes;
    }

    Optional<ObjectView> get(String name) {
        return name.isEmpty() ? Optional.empty() : classes.get("", name).map(ObjectView::new);
    }

    /** The newest of those marked as default. */
    Optional<ObjectView> byDefault() {
        return DefaultChoice.of(classes.list(""), StorageClassKind.DEFAULT_ANNOTATIONS);
    }

    /** Whether volumes of the class are bound only when a pod needs them. */
    boolean waitsForConsumer(String name) {
        return get(name)
                .filter(found -> found.text("volumeBindingMode").equals("WaitForFirstConsumer"))
                .isPresent();
    }
}
