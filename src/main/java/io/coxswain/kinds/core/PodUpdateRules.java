package io.coxswain.kinds.core;

import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.TreeDifference;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What may change in a pod once it exists: images, deadlines, gates, and tolerations by addition. */
final class PodUpdateRules {
    private static final String ALLOWED = "pod updates may not change fields other than"
            + " `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
            + "`spec.tolerations` (only additions to existing tolerations),"
            + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";
    private static final FieldPath SPEC = FieldPath.of("spec");

    private final ObjectView now;
    private final ObjectView old;
    private final Check check = new Check();

    PodUpdateRules(ObjectView now, ObjectView old) {
        this.now = new ObjectView(now.object("spec"));
        this.old = new ObjectView(old.object("spec"));
    }

    Check check() {
        if (sameContainers("containers") && sameContainers("initContainers")) {
            deadline();
            tolerations();
            gates();
            rest();
        }
        return check;
    }

    private boolean sameContainers(String list) {
        if (now.array(list).size() == old.array(list).size()) {
            return true;
        }
        check.forbidden(SPEC.child(list), "pod updates may not add or remove containers");
        return false;
    }

    private void deadline() {
        FieldPath path = SPEC.child("activeDeadlineSeconds");
        Long before = old.number("activeDeadlineSeconds").orElse(null);
        Long after = now.number("activeDeadlineSeconds").orElse(null);
        if (after != null) {
            check.between(path, after, 0, Integer.MAX_VALUE);
            if (before != null && before < after) {
                check.invalid(path, after, "must be less than or equal to previous value");
            }
        } else if (before != null) {
            check.invalid(path, JsonValue.NULL, "must not update from a positive integer to nil value");
        }
    }

    private void tolerations() {
        Set<JsonObject> kept = new HashSet<>();
        for (ObjectView toleration : now.items("tolerations")) {
            kept.add(JsonTrees.remove(toleration.json(), "tolerationSeconds"));
        }
        for (ObjectView toleration : old.items("tolerations")) {
            if (!kept.contains(JsonTrees.remove(toleration.json(), "tolerationSeconds"))) {
                check.forbidden(
                        SPEC.child("tolerations"),
                        "existing toleration can not be modified except its tolerationSeconds");
                return;
            }
        }
    }

    private void gates() {
        Set<String> known = new HashSet<>();
        old.items("schedulingGates").forEach(gate -> known.add(gate.text("name")));
        for (ObjectView gate : now.items("schedulingGates")) {
            String name = gate.text("name");
            if (!known.contains(name)) {
                check.forbidden(
                        SPEC.child("schedulingGates"),
                        "only deletion is allowed, but found new scheduling gate '" + name + "'");
            }
        }
    }

    /** Puts the old values into the fields that may change, and compares what is left. */
    private void rest() {
        boolean gated = !old.array("schedulingGates").isEmpty();
        JsonObject left = TreeEditor.edit(now.json(), spec -> {
            oldImages(spec, "containers");
            oldImages(spec, "initContainers");
            restore(spec, "activeDeadlineSeconds");
            restore(spec, "tolerations");
            restore(spec, "schedulingGates");
            if (gated) {
                restore(spec, "nodeSelector");
                restore(spec, "affinity");
            }
            if (old.number("terminationGracePeriodSeconds").orElse(0L) < 0
                    && now.number("terminationGracePeriodSeconds").orElse(0L) == 1) {
                restore(spec, "terminationGracePeriodSeconds");
            }
        });
        List<String> differences = TreeDifference.lines("spec", old.json(), left);
        if (!differences.isEmpty()) {
            check.forbidden(SPEC, ALLOWED + "\n" + String.join("\n", differences) + "\n");
        }
        if (gated) {
            onlyNarrower();
        }
    }

    private void onlyNarrower() {
        var before = old.texts("nodeSelector");
        var after = now.texts("nodeSelector");
        boolean additions =
                before.entrySet().stream().allMatch(entry -> entry.getValue().equals(after.get(entry.getKey())));
        if (!additions) {
            check.invalid(
                    SPEC.child("nodeSelector"),
                    now.object("nodeSelector"),
                    "only additions to spec.nodeSelector are allowed (no mutations or deletions)");
        }
    }

    private void oldImages(TreeEditor spec, String list) {
        List<ObjectView> before = old.items(list);
        int[] i = {0};
        spec.mapItems(list, container -> {
            String image = i[0] < before.size() ? before.get(i[0]).text("image") : "";
            i[0]++;
            return image.isEmpty() ? container : JsonTrees.set(container, JsonTrees.text(image), "image");
        });
    }

    private void restore(TreeEditor spec, String key) {
        old.at(key).ifPresentOrElse(value -> spec.set(key, value), () -> spec.remove(key));
    }
}
