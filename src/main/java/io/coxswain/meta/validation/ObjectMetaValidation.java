package io.coxswain.meta.validation;

import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What is wrong with an object's {@code metadata}, the same for every kind. */
public final class ObjectMetaValidation {
    /** All annotations of an object together, keys and values in UTF-8. */
    public static final int MAX_ANNOTATION_BYTES = 256 * 1024;

    private static final String IMMUTABLE = "field is immutable";
    private static final String ORPHAN = "orphan";
    private static final String FOREGROUND = "foregroundDeletion";
    private static final Set<String> STANDARD_FINALIZERS = Set.of("kubernetes", ORPHAN, FOREGROUND);

    private final ObjectView object;
    private final FieldPath path;
    private final List<FieldError> errors = new ArrayList<>();

    private ObjectMetaValidation(ObjectView object, FieldPath path) {
        this.object = object;
        this.path = path;
    }

    /** Checks the metadata of a new object; the errors in upstream's order. */
    public static List<FieldError> validate(ObjectView object, boolean namespaced, NameRule rule) {
        ObjectMetaValidation run = new ObjectMetaValidation(object, FieldPath.of("metadata"));
        run.names(namespaced, rule);
        if (object.generation() < 0) {
            run.errors.add(FieldError.invalid(
                    run.path.child("generation"), object.generation(), "must be greater than or equal to 0"));
        }
        run.labels();
        run.annotations();
        run.ownerReferences();
        run.finalizers();
        run.managedFields();
        return run.errors;
    }

    /**
     * Checks what may change of the metadata of an object that exists. System fields that the registry has copied from
     * the old object are compared like the others.
     */
    public static List<FieldError> validateUpdate(ObjectView object, ObjectView old) {
        ObjectMetaValidation run = new ObjectMetaValidation(object, FieldPath.of("metadata"));
        if (old.isBeingDeleted()) {
            run.noNewFinalizers(old);
        }
        if (object.resourceVersion().isEmpty()) {
            run.errors.add(
                    FieldError.invalid(run.path.child("resourceVersion"), "", "must be specified for an update"));
        }
        if (object.generation() < old.generation()) {
            run.errors.add(
                    FieldError.invalid(run.path.child("generation"), object.generation(), "must not be decremented"));
        }
        for (String field : List.of("name", "namespace", "uid", "creationTimestamp", "deletionTimestamp")) {
            run.immutable(
                    field, JsonTrees.text(object.text("metadata", field)), JsonTrees.text(old.text("metadata", field)));
        }
        run.immutable(
                "deletionGracePeriodSeconds",
                object.at("metadata", "deletionGracePeriodSeconds").orElse(JsonValue.NULL),
                old.at("metadata", "deletionGracePeriodSeconds").orElse(JsonValue.NULL));
        run.labels();
        run.annotations();
        run.ownerReferences();
        run.finalizers();
        run.managedFields();
        return run.errors;
    }

    /** Checks labels that stand elsewhere, such as in a pod template. */
    public static List<FieldError> validateLabels(Map<String, String> labels, FieldPath path) {
        List<FieldError> errors = new ArrayList<>();
        labels.forEach((key, value) -> {
            Names.qualifiedName(key).forEach(why -> errors.add(FieldError.invalid(path, key, why)));
            Names.labelValue(value).forEach(why -> errors.add(FieldError.invalid(path, value, why)));
        });
        return errors;
    }

    /** Checks annotations that stand elsewhere, such as in a pod template. */
    public static List<FieldError> validateAnnotations(Map<String, String> annotations, FieldPath path) {
        List<FieldError> errors = new ArrayList<>();
        long size = 0;
        for (Map.Entry<String, String> annotation : annotations.entrySet()) {
            String key = annotation.getKey();
            Names.qualifiedName(key.toLowerCase(Locale.ROOT))
                    .forEach(why -> errors.add(FieldError.invalid(path, key, why)));
            size += Names.utf8Length(key) + Names.utf8Length(annotation.getValue());
        }
        if (size > MAX_ANNOTATION_BYTES) {
            errors.add(FieldError.tooLong(path, MAX_ANNOTATION_BYTES));
        }
        return errors;
    }

    private void names(boolean namespaced, NameRule rule) {
        String generateName = object.text("metadata", "generateName");
        if (!generateName.isEmpty()) {
            rule.checkPrefix(generateName)
                    .forEach(why -> errors.add(FieldError.invalid(path.child("generateName"), generateName, why)));
        }
        String name = object.name();
        if (name.isEmpty()) {
            errors.add(FieldError.required(path.child("name"), "name or generateName is required"));
        } else {
            rule.check(name).forEach(why -> errors.add(FieldError.invalid(path.child("name"), name, why)));
        }
        String namespace = object.namespace();
        if (!namespaced) {
            if (!namespace.isEmpty()) {
                errors.add(FieldError.forbidden(path.child("namespace"), "not allowed on this type"));
            }
        } else if (namespace.isEmpty()) {
            errors.add(FieldError.required(path.child("namespace"), ""));
        } else {
            Names.dns1123Label(namespace)
                    .forEach(why -> errors.add(FieldError.invalid(path.child("namespace"), namespace, why)));
        }
    }

    private void labels() {
        errors.addAll(validateLabels(object.labels(), path.child("labels")));
    }

    private void annotations() {
        errors.addAll(validateAnnotations(object.annotations(), path.child("annotations")));
    }

    private void ownerReferences() {
        FieldPath field = path.child("ownerReferences");
        String controller = "";
        for (ObjectView reference : object.items("metadata", "ownerReferences")) {
            GroupVersionKind kind = reference.gvk();
            if (kind.version().isEmpty()) {
                errors.add(FieldError.invalid(
                        field.child("apiVersion"), reference.apiVersion(), "version must not be empty"));
            }
            for (String part : List.of("kind", "name", "uid")) {
                if (reference.text(part).isEmpty()) {
                    errors.add(FieldError.invalid(field.child(part), "", "must not be empty"));
                }
            }
            if (kind.kind().equals("Event") && kind.apiVersion().equals("v1")) {
                errors.add(FieldError.invalid(
                        field, reference.json(), "/v1, Kind=Event is disallowed from being an owner"));
            }
            if (reference.flag("controller").orElse(false)) {
                String current = kind.kind() + "/" + reference.text("name");
                if (controller.isEmpty()) {
                    controller = current;
                } else {
                    errors.add(FieldError.invalid(
                            field,
                            object.array("metadata", "ownerReferences"),
                            "Only one reference can have Controller set to true. Found \"true\" in references for "
                                    + controller + " and " + current));
                }
            }
        }
    }

    private void finalizers() {
        FieldPath field = path.child("finalizers");
        List<String> finalizers = object.finalizers();
        for (int i = 0; i < finalizers.size(); i++) {
            String finalizer = finalizers.get(i);
            Names.qualifiedName(finalizer).forEach(why -> errors.add(FieldError.invalid(field, finalizer, why)));
            if (finalizer.indexOf('/') < 0 && !STANDARD_FINALIZERS.contains(finalizer)) {
                errors.add(FieldError.invalid(
                        field.index(i),
                        finalizer,
                        "name is neither a standard finalizer name nor is it fully qualified"));
            }
        }
        if (finalizers.contains(ORPHAN) && finalizers.contains(FOREGROUND)) {
            errors.add(FieldError.invalid(
                    field,
                    JsonTrees.texts(finalizers),
                    "finalizer " + ORPHAN + " and " + FOREGROUND + " cannot be both set"));
        }
    }

    private void noNewFinalizers(ObjectView old) {
        List<String> before = old.finalizers();
        List<String> added = object.finalizers().stream()
                .filter(finalizer -> !before.contains(finalizer))
                .sorted()
                .toList();
        if (!added.isEmpty()) {
            errors.add(FieldError.forbidden(
                    path.child("finalizers"),
                    "no new finalizers can be added if the object is being deleted, found new finalizers []string{"
                            + String.join(
                                    ", ",
                                    added.stream()
                                            .map(finalizer ->
                                                    JsonTrees.text(finalizer).toString())
                                            .toList())
                            + "}"));
        }
    }

    private void managedFields() {
        FieldPath field = path.child("managedFields");
        List<ObjectView> entries = object.items("metadata", "managedFields");
        for (int i = 0; i < entries.size(); i++) {
            ObjectView entry = entries.get(i);
            String operation = entry.text("operation");
            if (!operation.equals("Apply") && !operation.equals("Update")) {
                errors.add(FieldError.invalid(
                        field.index(i).child("operation"), operation, "must be `Apply` or `Update`"));
            }
            String type = entry.text("fieldsType");
            if (!type.isEmpty() && !type.equals("FieldsV1")) {
                errors.add(FieldError.invalid(field.index(i).child("fieldsType"), type, "must be `FieldsV1`"));
            }
            String manager = entry.text("manager");
            if (manager.length() > 128) {
                errors.add(FieldError.tooLong(field.index(i).child("fieldManager"), 128));
            }
        }
    }

    private void immutable(String field, JsonValue now, JsonValue before) {
        if (!now.equals(before)) {
            errors.add(FieldError.invalid(path.child(field), now, IMMUTABLE));
        }
    }
}
