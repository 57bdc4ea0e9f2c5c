package io.coxswain.admission.podsecurity;

import io.coxswain.meta.ObjectView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What the checks look at: the annotations and the spec of a pod or of a pod template. */
record PodShape(Map<String, String> annotations, ObjectView spec) {

    /** @param pod a pod or a template: an object with metadata and spec */
    static PodShape of(ObjectView pod) {
        return new PodShape(pod.annotations(), new ObjectView(pod.object("spec")));
    }

    /** The containers of all three kinds, in the order in which messages name them. */
    List<ObjectView> containers() {
        List<ObjectView> all = new ArrayList<>(spec.items("initContainers"));
        all.addAll(spec.items("containers"));
        all.addAll(spec.items("ephemeralContainers"));
        return all;
    }

    /** The names of the containers that a check finds fault with. */
    List<String> containersThat(Predicate<ObjectView> isBad) {
        return containers().stream()
                .filter(isBad)
                .map(container -> container.text("name"))
                .toList();
    }

    /** {@code pod}, {@code container "a"} or both, joined by "and": whose security context is bad. */
    String setters(Predicate<ObjectView> isBad) {
        List<String> found = new ArrayList<>();
        if (isBad.test(context(spec))) {
            found.add("pod");
        }
        List<String> names = containersThat(container -> isBad.test(context(container)));
        if (!names.isEmpty()) {
            found.add(Violation.containers(names));
        }
        return String.join(" and ", found);
    }

    static ObjectView context(ObjectView owner) {
        return new ObjectView(owner.object("securityContext"));
    }

    boolean isWindows() {
        return spec.text("os", "name").equals("windows");
    }
}
