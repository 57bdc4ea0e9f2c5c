package io.coxswain.controller.servicecidr;

import io.coxswain.meta.ObjectView;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import jakarta.json.JsonObject;
import java.util.List;

/** What events and messages say of objects that are trees. */
final class References {
    private References() {}

    static ObjectReference to(JsonObject object) {
        ObjectView view = new ObjectView(object);
        return new ObjectReferenceBuilder()
                .withApiVersion(view.apiVersion())
                .withKind(view.kind())
                .withName(view.name())
                .withUid(view.uid())
                .withResourceVersion(view.resourceVersion())
                .build();
    }

    static List<String> ranges(JsonObject cidr) {
        return new ObjectView(cidr).strings("spec", "cidrs");
    }
}
