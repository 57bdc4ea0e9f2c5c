package io.coxswain.controller.volumeprotection;

import io.coxswain.client.ApiClient;
import io.coxswain.client.ObjectCodec;
import io.coxswain.client.ResourceType;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.JsonTrees;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;

/** Puts one finalizer on objects and takes it off, each time only if nobody has changed the object meanwhile. */
final class Finalizers<T extends HasMetadata> {
    private final ApiClient client;
    private final ResourceType<T> type;
    private final String finalizer;

    Finalizers(ApiClient client, ResourceType<T> type, String finalizer) {
        this.client = client;
        this.type = type;
        this.finalizer = finalizer;
    }

    boolean isOn(T object) {
        return object.getMetadata().getFinalizers().contains(finalizer);
    }

    void add(T object) {
        List<String> all = new ArrayList<>(object.getMetadata().getFinalizers());
        all.add(finalizer);
        write(object, all);
    }

    void remove(T object) {
        List<String> others = new ArrayList<>(object.getMetadata().getFinalizers());
        others.remove(finalizer);
        write(object, others);
    }

    private void write(T object, List<String> finalizers) {
        T changed = ObjectCodec.read(
                JsonTrees.set(ObjectCodec.tree(object), JsonTrees.texts(finalizers), "metadata", "finalizers"),
                type.type());
        try {
            client.resource(type).update(changed);
        } catch (ApiException e) {
            // Gone already: nothing to hold.
            if (!e.isNotFound()) {
                throw e;
            }
        }
    }
}
