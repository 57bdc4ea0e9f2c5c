package io.coxswain.controller.persistentvolume;

import io.coxswain.client.Lister;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The storage classes there are, and which of them is the default. */
final class StorageClasses {
    private static final List<String> MARKS =
            List.of("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class");
    private static final Comparator<ObjectView> NEWEST_FIRST = Comparator.<ObjectView, String>comparing(
                    each -> each.text("metadata", "creationTimestamp"))
            .reversed()
            .thenComparing(ObjectView::name);

    private final Lister<JsonObject> classes;

    StorageClasses(Lister<JsonObject> classes) {
        this.classes = classes;
    }

    Optional<ObjectView> get(String name) {
        return name.isEmpty() ? Optional.empty() : classes.get("", name).map(ObjectView::new);
    }

    /** The newest of those marked as default. */
    Optional<ObjectView> byDefault() {
        return classes.list("").stream()
                .map(ObjectView::new)
                .filter(each -> MARKS.stream()
                        .anyMatch(mark -> "true".equals(each.annotations().get(mark))))
                .min(NEWEST_FIRST);
    }

    /** Whether volumes of the class are bound only when a pod needs them. */
    boolean waitsForConsumer(String name) {
        return get(name)
                .filter(found -> found.text("volumeBindingMode").equals("WaitForFirstConsumer"))
                .isPresent();
    }
}
