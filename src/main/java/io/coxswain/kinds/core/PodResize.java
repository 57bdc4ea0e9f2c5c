package io.coxswain.kinds.core;

import io.coxswain.kinds.ParentUpdate;
import io.coxswain.kinds.podspec.PodSpecDefaults;
import io.coxswain.kinds.podspec.QosClass;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.ResourceRules;
import io.coxswain.kinds.rules.TreeDifference;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** {@code pods/resize}: changes the CPU and memory of a pod that exists, and how each is changed. */
@ApplicationScoped
public class PodResize extends ParentUpdate {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final Set<String> RESIZABLE = Set.of("cpu", "memory");
    private static final String[] LISTS = {"containers", "initContainers"};

    public PodResize() {
        super(
                new GroupResource("", "pods"),
                "resize",
                new GroupVersionKind("", "v1", "Pod"),
                Set.of("get", "patch", "update"));
    }

    @Override
    protected JsonObject change(Check check, ObjectView old, ObjectView body) {
        ObjectView sent = new ObjectView(
                TreeEditor.edit(body.json(), editor -> editor.editField("spec", PodSpecDefaults::ofPod)));
        JsonObject changed = withResources(old.json(), sent);
        others(check, old, sent);
        ObjectView now = new ObjectView(changed);
        if (QosClass.of(now) != QosClass.of(old)) {
            check.invalid(SPEC, QosClass.of(now).word(), "Pod QOS Class may not change as a result of resizing");
        }
        for (String list : LISTS) {
            List<ObjectView> after = now.items("spec", list);
            List<ObjectView> before = old.items("spec", list);
            for (int i = 0; i < after.size() && i < before.size(); i++) {
                resources(
                        check,
                        after.get(i),
                        before.get(i),
                        SPEC.child(list).index(i).child("resources"));
            }
        }
        return changed;
    }

    /** The pod with the resources and resize policies of another, container by container. */
    private static JsonObject withResources(JsonObject pod, ObjectView sent) {
        return TreeEditor.edit(
                pod,
                editor -> editor.editField("spec", spec -> {
                    for (String list : LISTS) {
                        Map<String, ObjectView> wanted = new HashMap<>();
                        sent.items("spec", list).forEach(container -> wanted.put(container.text("name"), container));
                        spec.editItems(list, container -> {
                            ObjectView now = wanted.get(container.text("name"));
                            if (now != null) {
                                now.at("resources").ifPresent(value -> container.set("resources", value));
                                now.at("resizePolicy").ifPresent(value -> container.set("resizePolicy", value));
                            }
                        });
                    }
                }));
    }

    private static void others(Check check, ObjectView old, ObjectView sent) {
        JsonObject left = withResources(sent.json(), old);
        if (!TreeDifference.isNone(old.object("spec"), new ObjectView(left).object("spec"))) {
            check.forbidden(
                    SPEC,
                    "only cpu and memory resources are mutable\n"
                            + String.join(
                                    "\n",
                                    TreeDifference.lines(
                                            "spec", old.object("spec"), new ObjectView(left).object("spec"))));
        }
    }

    private static void resources(Check check, ObjectView now, ObjectView old, FieldPath path) {
        ResourceRules.checkRequirements(check, new ObjectView(now.object("resources")), path);
        for (String part : new String[] {"limits", "requests"}) {
            Map<String, String> after = now.texts("resources", part);
            Map<String, String> before = old.texts("resources", part);
            Set<String> names = new TreeSet<>(after.keySet());
            names.addAll(before.keySet());
            for (String name : names) {
                if (!RESIZABLE.contains(name)
                        && !String.valueOf(after.get(name)).equals(String.valueOf(before.get(name)))) {
                    check.forbidden(path.child(part), "only cpu and memory resources are mutable");
                } else if (before.containsKey(name) && !after.containsKey(name)) {
                    check.forbidden(path.child(part), "resource " + part + " cannot be removed");
                }
            }
        }
    }
}
