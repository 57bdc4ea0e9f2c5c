package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.Subresource;
import io.coxswain.kinds.podspec.PodSpecDefaults;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.TreeDifference;
import io.coxswain.meta.ApiException;
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
public class PodEphemeralContainers implements Subresource.Change {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupVersionKind POD = new GroupVersionKind("", "v1", "Pod");
    private static final FieldPath CONTAINERS = FieldPath.of("spec", "ephemeralContainers");

    @Override
    public GroupResource parent() {
        return PODS;
    }

    @Override
    public String name() {
        return "ephemeralcontainers";
    }

    @Override
    public GroupVersionKind kind() {
        return POD;
    }

    @Override
    public Set<String> verbs() {
        return Set.of("get", "patch", "update");
    }

    @Override
    public JsonObject apply(JsonObject parent, JsonObject body) {
        ObjectView old = new ObjectView(parent);
        PodSubresources.checkVersion(PODS, old, new ObjectView(body));
        JsonArray wanted = new ObjectView(body).array("spec", "ephemeralContainers");
        JsonObject changed = JsonTrees.set(parent, wanted, "spec", "ephemeralContainers");
        Check check = new Check();
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
        if (!check.errors().isEmpty()) {
            throw ApiException.invalid(POD, old.name(), check.errors());
        }
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
