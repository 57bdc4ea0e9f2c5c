package io.coxswain.apiserver.registry;

import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.Names;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Upstream's {@code ValidateObjectMeta} without the name, which each kind checks itself. Pure. */
final class MetadataRules {
    private static final int MAX_ANNOTATIONS = 256 * 1024;
    private static final FieldPath METADATA = FieldPath.of("metadata");
    /** Finalizers that need no domain, for history's sake. */
    private static final Set<String> PLAIN_FINALIZERS =
            Set.of("kubernetes", DeletionPlan.ORPHAN, DeletionPlan.FOREGROUND);

    private MetadataRules() {}

    static List<FieldError> faults(JsonObject object) {
        ObjectView view = new ObjectView(object);
        List<FieldError> faults = new ArrayList<>();
        labels(view, faults);
        annotations(view, faults);
        ownerReferences(view, faults);
        finalizers(view, faults);
        return faults;
    }

    private static void labels(ObjectView object, List<FieldError> faults) {
        FieldPath path = METADATA.child("labels");
        object.labels().forEach((key, value) -> {
            Names.qualifiedName(key).forEach(why -> faults.add(FieldError.invalid(path, key, why)));
            Names.labelValue(value).forEach(why -> faults.add(FieldError.invalid(path, value, why)));
        });
    }

    private static void annotations(ObjectView object, List<FieldError> faults) {
        FieldPath path = METADATA.child("annotations");
        long size = 0;
        for (Map.Entry<String, String> annotation : object.annotations().entrySet()) {
            String key = annotation.getKey();
            Names.qualifiedName(key.toLowerCase(Locale.ROOT))
                    .forEach(why -> faults.add(FieldError.invalid(path, key, why)));
            size += (long) key.getBytes(StandardCharsets.UTF_8).length
                    + annotation.getValue().getBytes(StandardCharsets.UTF_8).length;
        }
        if (size > MAX_ANNOTATIONS) {
            faults.add(FieldError.tooLong(path, MAX_ANNOTATIONS));
        }
    }

    private static void ownerReferences(ObjectView object, List<FieldError> faults) {
        FieldPath path = METADATA.child("ownerReferences");
        List<ObjectView> owners = object.items("metadata", "ownerReferences");
        String controller = "";
        for (int i = 0; i < owners.size(); i++) {
            ObjectView owner = owners.get(i);
            FieldPath at = path.index(i);
            if (owner.apiVersion().isEmpty()) {
                faults.add(FieldError.invalid(at.child("apiVersion"), "", "version must not be empty"));
            }
            for (String field : List.of("kind", "name", "uid")) {
                if (owner.text(field).isEmpty()) {
                    faults.add(FieldError.invalid(at.child(field), "", "must not be empty"));
                }
            }
            if (owner.apiVersion().equals("v1") && owner.kind().equals("Event")) {
                faults.add(FieldError.invalid(at, owner.json(), "/v1, Kind=Event is disallowed from being an owner"));
            }
            if (owner.flag("controller").orElse(false)) {
                if (!controller.isEmpty()) {
                    faults.add(FieldError.invalid(
                            path,
                            owner.json(),
                            "Only one reference can have Controller set to true. Found \"true\" in references for "
                                    + controller + " and " + owner.text("name")));
                }
                controller = owner.text("name");
            }
        }
    }

    private static void finalizers(ObjectView object, List<FieldError> faults) {
        FieldPath path = METADATA.child("finalizers");
        Set<String> seen = new HashSet<>();
        for (var value : object.array("metadata", "finalizers")) {
            String name = value instanceof JsonString text ? text.getString() : "";
            List<String> why = Names.qualifiedName(name);
            why.forEach(text -> faults.add(FieldError.invalid(path, name, text)));
            if (why.isEmpty() && !name.contains("/") && !PLAIN_FINALIZERS.contains(name)) {
                faults.add(FieldError.invalid(
                        path, name, "name is neither a standard finalizer name nor is it fully qualified"));
            }
            seen.add(name);
        }
        if (seen.contains(DeletionPlan.ORPHAN) && seen.contains(DeletionPlan.FOREGROUND)) {
            faults.add(FieldError.invalid(
                    path,
                    object.array("metadata", "finalizers"),
                    "finalizer orphan and foregroundDeletion cannot be both set"));
        }
    }
}
