package io.coxswain.kinds.core;

import io.coxswain.kinds.ParentUpdate;
import io.coxswain.kinds.podspec.PodSpecDefaults;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.TreeDifference;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code pods/ephemeralcontainers}: the one way to add containers to a pod that runs, for debugging. They never go again. */
@ApplicationScoped
public class PodEphemeralContainers extends ParentUpdate {
    private static final FieldPath CONTAINERS = FieldPath.of("spec", "ephemeralContainers");

    public PodEphemeralContainers() {
        super(
                new GroupResource("", "pods"),
                "ephemeralcontainers",
                new GroupVersionKind("", "v1", "Pod"),
                Set.of("get", "patch", "update"));
    }

    @Override
    protected JsonObject change(Check check, ObjectView old, ObjectView sent) {
        JsonArray wanted = sent.array("spec", "ephemeralContainers");
        JsonObject changed = JsonTrees.set(old.json(), wanted, "spec", "ephemeralContainers");
        ObjectView now =
                new ObjectView(TreeEditor.edit(changed, editor -> editor.editField("spec", PodSpecDefaults::ofPod)));
        List<ObjectView> after = now.items("spec", "ephemeralContainers");
        Map<String, ObjectView> byName = new HashMap<>();
        after.forEach(container -> byName.put(container.text("name"), container));
        for (ObjectView before : old.items("spec", "ephemeralContainers")) {
            String name = before.text("name");
            ObjectView kept = byName.get(name);
            if (kept == null) {
                check.forbidden(CONTAINERS, "existing ephemeral containers \"" + name + "\" may not be removed\n");
            } else if (!TreeDifference.isNone(before.json(), kept.json())) {
                check.forbidden(CONTAINERS, "existing ephemeral containers \"" + name + "\" may not be changed\n");
            }
        }
        targets(check, now);
        return now.json();
    }

    private static void targets(Check check, ObjectView pod) {
        Set<String> names = new HashSet<>();
        for (String list : new String[] {"containers", "initContainers"}) {
            pod.items("spec", list).forEach(container -> names.add(container.text("name")));
        }
        int i = 0;
        for (ObjectView container : pod.items("spec", "ephemeralContainers")) {
            String target = container.text("targetContainerName");
            if (!target.isEmpty() && !names.contains(target)) {
                check.add(FieldError.notFound(CONTAINERS.index(i).child("targetContainerName"), target));
            }
            i++;
        }
    }
}
