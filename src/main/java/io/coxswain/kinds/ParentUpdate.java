package io.coxswain.kinds;

import io.coxswain.apiserver.registry.Subresource;
import io.coxswain.kinds.rules.Check;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.Set;

/** A subresource that is sent an object of its parent's kind, and writes one part of it to the parent. */
public abstract class ParentUpdate implements Subresource.Change {
    private final GroupResource parent;
    private final String name;
    private final GroupVersionKind kind;
    private final Set<String> verbs;

    protected ParentUpdate(GroupResource parent, String name, GroupVersionKind kind, Set<String> verbs) {
        this.parent = parent;
        this.name = name;
        this.kind = kind;
        this.verbs = Set.copyOf(verbs);
    }

    @Override
    public GroupResource parent() {
        return parent;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public GroupVersionKind kind() {
        return kind;
    }

    @Override
    public Set<String> verbs() {
        return verbs;
    }

    /** @throws ApiException 409 if the body is a change of an older state, 422 if the change is not allowed */
    @Override
    public JsonObject apply(JsonObject parent, JsonObject body) {
        ObjectView old = new ObjectView(parent);
        ObjectView sent = new ObjectView(body);
        String version = sent.resourceVersion();
        if (!version.isEmpty() && !version.equals(old.resourceVersion())) {
            throw ApiException.modified(this.parent, old.name());
        }
        Check check = new Check();
        JsonObject changed = change(check, old, sent);
        if (!check.errors().isEmpty()) {
            throw ApiException.invalid(kind, old.name(), check.errors());
        }
        return changed;
    }

    /**
     * The changed parent with the metadata that was sent: labels, annotations and the like can be written through some
     * subresources, too. What is the server's own the registry puts back.
     */
    protected static JsonObject withMetadata(ObjectView sent, JsonObject changed) {
        JsonValue metadata = sent.json().get("metadata");
        return metadata == null ? changed : JsonTrees.with(changed, "metadata", metadata);
    }

    /** The parent with the part it is to have, which is only looked at if the check found nothing wrong. */
    protected abstract JsonObject change(Check check, ObjectView old, ObjectView sent);
}
