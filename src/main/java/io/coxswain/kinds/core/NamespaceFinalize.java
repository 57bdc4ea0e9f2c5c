package io.coxswain.kinds.core;

import io.coxswain.kinds.ParentUpdate;
import io.coxswain.kinds.rules.Check;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.Set;

/** {@code namespaces/finalize}: the one way to change {@code spec.finalizers}. */
@ApplicationScoped
public class NamespaceFinalize extends ParentUpdate {
    public NamespaceFinalize() {
        super(
                new GroupResource("", "namespaces"),
                "finalize",
                new GroupVersionKind("", "v1", "Namespace"),
                Set.of("update"));
    }

    @Override
    protected JsonObject change(Check check, ObjectView old, ObjectView sent) {
        NamespaceKind.validateFinalizers(sent).forEach(check::add);
        JsonValue finalizers = sent.array("spec", "finalizers");
        JsonObject changed = finalizers.asJsonArray().isEmpty()
                ? JsonTrees.remove(old.json(), "spec", "finalizers")
                : JsonTrees.set(old.json(), finalizers, "spec", "finalizers");
        return withMetadata(sent, changed);
    }
}
