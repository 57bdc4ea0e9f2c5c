package io.coxswain.admission.podsecurity;

import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** Which of the pods a namespace has already violate the level that it is about to enforce. */
final class ExistingPods {
    private static final int MOST_PODS = 3000;

    private final Function<String, List<JsonObject>> pods;

    /** @param pods lists a namespace */
    ExistingPods(Function<String, List<JsonObject>> pods) {
        this.pods = pods;
    }

    /** Texts for {@code Warning} headers, one for each way of violating. */
    List<String> warnings(String namespace, PolicyLevel level) {
        List<JsonObject> all = pods.apply(namespace);
        List<JsonObject> checked = all.subList(0, Math.min(all.size(), MOST_PODS));
        Map<String, TreeSet<String>> violators = new TreeMap<>();
        for (JsonObject each : checked) {
            ObjectView pod = new ObjectView(each);
            List<Violation> violations = PodStandards.violations(level, PodShape.of(pod));
            if (!violations.isEmpty()) {
                violators
                        .computeIfAbsent(Violation.reasons(violations), any -> new TreeSet<>())
                        .add(pod.name());
            }
        }
        List<String> warnings = new ArrayList<>();
        if (checked.size() < all.size()) {
            warnings.add("new PodSecurity enforce level only checked against the first " + checked.size() + " of "
                    + all.size() + " existing pods");
        }
        if (!violators.isEmpty()) {
            warnings.add("existing pods in namespace \"" + namespace + "\" violate the new PodSecurity enforce level \""
                    + level + "\"");
        }
        List<String> lines = new ArrayList<>();
        violators.forEach((reasons, names) -> lines.add(names.first() + others(names.size() - 1) + ": " + reasons));
        lines.sort(null);
        warnings.addAll(lines);
        return warnings;
    }

    private static String others(int count) {
        return switch (count) {
            case 0 -> "";
            case 1 -> " (and 1 other pod)";
            default -> " (and " + count + " other pods)";
        };
    }
}
