package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;

/** {@code v1 LimitRange}. */
@ApplicationScoped
public class LimitRangeKind extends NamespacedKind {
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

    private static void inherit(TreeEditor limit, String field, JsonObject from) {
        if (!from.isEmpty()) {
            limit.editOrCreate(field, amounts -> from.forEach(amounts::setDefault));
        }
    }
}
