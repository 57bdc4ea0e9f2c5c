package io.coxswain.kinds.rules;

import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Which of several classes is the cluster's default: the newest of those that an annotation marks, of equally old ones the first by name. */
public final class DefaultChoice {
    private static final Comparator<ObjectView> NEWEST_FIRST = Comparator.<ObjectView, String>comparing(
                    each -> each.text("metadata", "creationTimestamp"))
            .reversed()
            .thenComparing(ObjectView::name);

    private DefaultChoice() {}

    /** @param marks the annotations of which one must be {@code true} */
    public static Optional<ObjectView> of(Collection<JsonObject> classes, Collection<String> marks) {
        return classes.stream()
                .map(ObjectView::new)
                .filter(each -> marks.stream()
                        .anyMatch(mark -> "true".equals(each.annotations().get(mark))))
                .min(NEWEST_FIRST);
    }
}
