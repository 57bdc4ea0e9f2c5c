package io.coxswain.controller.horizontalpodautoscaler;

import io.coxswain.client.ResourceClient;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.json.JsonObject;

/** The {@code scale} of one object, as it was read. */
record Scale(ResourceClient<JsonObject> resource, String namespace, String name, ObjectView scale) {
    static Scale read(ResourceClient<JsonObject> resource, String namespace, String name) {
        return new Scale(resource, namespace, name, new ObjectView(resource.getSubresource(namespace, name, "scale")));
    }

    int replicas() {
        return scale.number("spec", "replicas").orElse(0L).intValue();
    }

    int statusReplicas() {
        return scale.number("status", "replicas").orElse(0L).intValue();
    }

    /** In the form of the query parameter; {@code ""} if the object tells none. */
    String selector() {
        return scale.text("status", "selector");
    }

    /** With the version that was read: a change that somebody else made meanwhile is a conflict. */
    void write(int replicas) {
        JsonObject wanted = TreeEditor.edit(
                scale.json(), editor -> editor.editOrCreate("spec", spec -> spec.set("replicas", replicas)));
        resource.updateSubresource(namespace, name, "scale", wanted);
    }
}
