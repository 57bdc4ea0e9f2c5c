package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.Subresource;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Set;

/** {@code namespaces/finalize}: the one way to change {@code spec.finalizers}. */
@ApplicationScoped
public class NamespaceFinalize implements Subresource.Change {
    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");
    private static final GroupVersionKind NAMESPACE = new GroupVersionKind("", "v1", "Namespace");

    @Override
    public GroupResource parent() {
        return NAMESPACES;
    }

    @Override
    public String name() {
        return "finalize";
    }

    @Override
    public GroupVersionKind kind() {
        return NAMESPACE;
    }

    @Override
    public Set<String> verbs() {
        return Set.of("update");
    }

    @Override
    public JsonObject apply(JsonObject parent, JsonObject body) {
        ObjectView wanted = new ObjectView(body);
        ObjectView now = new ObjectView(parent);
        String expected = wanted.resourceVersion();
        if (!expected.isEmpty() && !expected.equals(now.resourceVersion())) {
            throw ApiException.modified(NAMESPACES, now.name());
        }
        List<FieldError> errors = NamespaceKind.validateFinalizers(wanted);
        if (!errors.isEmpty()) {
            throw ApiException.invalid(NAMESPACE, now.name(), errors);
        }
        JsonValue finalizers = wanted.array("spec", "finalizers");
        JsonObject changed = finalizers.asJsonArray().isEmpty()
                ? JsonTrees.remove(parent, "spec", "finalizers")
                : JsonTrees.set(parent, finalizers, "spec", "finalizers");
        return Subresource.Change.withMetadataOf(body, changed);
    }
}
