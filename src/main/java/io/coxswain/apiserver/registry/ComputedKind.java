package io.coxswain.apiserver.registry;

import jakarta.json.JsonObject;
import java.util.List;
import java.util.Set;

/** A kind that is never stored, and made anew for each reader. */
public interface ComputedKind extends KindDefinition {
    @Override
    default Set<String> verbs() {
        return Set.of("get", "list");
    }

    /** All objects there are now, in the order of their names. Cluster-scoped. */
    List<JsonObject> objects();
}
