package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.rules.Check;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code v1 LimitRange}. */
@ApplicationScoped
public class LimitRangeKind extends NamespacedKind {
    private static final List<String> TYPES = List.of("Pod", "Container", "PersistentVolumeClaim");

    public LimitRangeKind() {
        super(ResourceNames.of("", "v1", "LimitRange", "limitranges").shortNames("limits"));
    }

    @Override
    public JsonObject defaults(JsonObject range) {
        return TreeEditor.edit(
                range, editor -> editor.editField("spec", spec -> spec.editItems("limits", LimitRangeKind::limit)));
    }

    /** What a container limit leaves out follows from its other fields: default from max, defaultRequest from default, then min. */
    private static void limit(TreeEditor limit) {
        if (limit.text("type").equals("Container")) {
            inherit(limit, "default", limit.object("max"));
            inherit(limit, "defaultRequest", limit.object("default"));
            inherit(limit, "defaultRequest", limit.object("min"));
        }
    }

    @Override
    public List<FieldError> validate(ObjectView range) {
        Check check = new Check();
        Set<String> types = new HashSet<>();
        check.each(new ObjectView(range.object("spec")), FieldPath.of("spec"), "limits", (limit, path) -> {
            String type = limit.text("type");
            check.nonEmpty(limit, path, "type", name -> {
                check.qualifiedName(path.child("type"), name);
                if (!name.contains("/") && !TYPES.contains(name)) {
                    check.invalid(path.child("type"), name, "must be a standard limit type or fully qualified");
                }
            });
            if (!types.add(type)) {
                check.duplicate(path.child("type"), type);
            }
            new LimitRules(check, limit, path).check();
        });
        return check.errors();
    }

    private static void inherit(TreeEditor limit, String field, JsonObject from) {
        if (!from.isEmpty()) {
            limit.editOrCreate(field, amounts -> from.forEach(amounts::setDefault));
        }
    }
}
