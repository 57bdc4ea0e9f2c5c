package io.coxswain.admission.runtimeclass;

import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Merges lists of tolerations: what another one covers is left out. */
final class Tolerations {
    private Tolerations() {}

    static List<JsonObject> merge(List<ObjectView> first, List<ObjectView> second) {
        List<ObjectView> all = new ArrayList<>(first);
        all.addAll(second);
        List<ObjectView> merged = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            ObjectView each = all.get(i);
            boolean covered = merged.stream().anyMatch(other -> covers(other, each))
                    || all.subList(i + 1, all.size()).stream()
                            .anyMatch(other -> !other.equals(each) && covers(other, each));
            if (!covered) {
                merged.add(each);
            }
        }
        return merged.stream().map(ObjectView::json).toList();
    }

    /** Whether whatever the second tolerates, the first does. */
    private static boolean covers(ObjectView wide, ObjectView narrow) {
        if (wide.equals(narrow)) {
            return true;
        }
        boolean exists = wide.text("operator").equals("Exists");
        boolean anyKey = wide.text("key").isEmpty() && exists;
        if (!anyKey && !wide.text("key").equals(narrow.text("key"))) {
            return false;
        }
        if (!wide.text("effect").isEmpty() && !wide.text("effect").equals(narrow.text("effect"))) {
            return false;
        }
        boolean shorter = wide.number("tolerationSeconds")
                .map(limit -> narrow.number("tolerationSeconds")
                        .map(own -> own > limit)
                        .orElse(true))
                .orElse(false);
        if (wide.text("effect").equals("NoExecute") && shorter) {
            return false;
        }
        return exists
                || (!narrow.text("operator").equals("Exists")
                        && narrow.text("value").equals(wide.text("value")));
    }
}
