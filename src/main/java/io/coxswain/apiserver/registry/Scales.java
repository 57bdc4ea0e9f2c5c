package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.registry.KindDefinition.ScalePaths;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.apiserver.request.TreeObject;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ApiObject;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.fieldset.TypedCheck;
import io.coxswain.meta.patch.PatchRequest;
import io.coxswain.meta.selector.LabelSelector;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.util.List;

/** {@code /scale}: a view of a few fields of its parent as an {@code autoscaling/v1 Scale}. */
final class Scales {
    static final GroupVersionKind KIND = new GroupVersionKind("autoscaling", "v1", "Scale");

    private final RequestDecoder decoder;
    private final FieldTracking tracking;
    private final Updater updater;

    Scales(RequestDecoder decoder, FieldTracking tracking, Updater updater) {
        this.decoder = decoder;
        this.tracking = tracking;
        this.updater = updater;
    }

    static JsonObject view(JsonObject parent, ScalePaths paths) {
        ObjectView view = new ObjectView(parent);
        JsonObjectBuilder metadata = JsonTrees.object().add("name", view.name());
        for (String field : List.of("namespace", "uid", "resourceVersion", "creationTimestamp")) {
            view.at("metadata", field).ifPresent(value -> metadata.add(field, value));
        }
        JsonObjectBuilder status = JsonTrees.object()
                .add("replicas", view.number(array(paths.statusReplicas())).orElse(0L));
        String selector = selectorText(view.object(array(paths.selector())));
        if (!selector.isEmpty()) {
            status.add("selector", selector);
        }
        JsonObjectBuilder spec = JsonTrees.object();
        view.number(array(paths.specReplicas())).filter(n -> n != 0).ifPresent(n -> spec.add("replicas", n));
        return JsonTrees.object()
                .add("kind", KIND.kind())
                .add("apiVersion", KIND.apiVersion())
                .add("metadata", metadata)
                .add("spec", spec)
                .add("status", status)
                .build();
    }

    ApiResponse update(Write write, String name, ScalePaths paths) {
        JsonObject body = decoder.object(write.request(), KIND, write.validation(), write.warnings());
        JsonObject sent = ObjectMetadata.inNamespace(body, write.namespace());
        String ownName = new ObjectView(sent).name();
        if (!ownName.isEmpty() && !ownName.equals(name)) {
            throw ApiException.badRequest(
                    "the name of the object (" + ownName + ") does not match the name on the URL (" + name + ")");
        }
        return change(write, name, paths, old -> sent);
    }

    ApiResponse patch(Write write, String name, ScalePaths paths) {
        PatchRequest patch = decoder.patch(write.request());
        return change(write, name, paths, old -> decoder.patched(patch, view(old, paths), KIND, write));
    }

    /** Server-side apply: the number is owned in the parent, by the applier through this subresource. */
    ApiResponse apply(Write write, String name, ScalePaths paths) {
        JsonObject config = decoder.configuration(write.request(), KIND, write.validation(), write.warnings());
        JsonObject scale = ObjectMetadata.inNamespace(config, write.namespace());
        GroupVersionKind parent = write.resource().gvk();
        TypedCheck.faults(scale, decoder.schema(KIND)).ifPresent(faults -> {
            throw ApiException.badRequest("failed to create typed patch object (" + write.namespace() + "/" + name
                    + "; " + KIND + "): " + faults);
        });
        JsonObject wanted = JsonTrees.object()
                .add("apiVersion", parent.apiVersion())
                .add("kind", parent.kind())
                .build();
        JsonValue replicas = new ObjectView(scale).at("spec", "replicas").orElse(null);
        JsonObject parentConfig =
                replicas == null ? wanted : JsonTrees.set(wanted, replicas, array(paths.specReplicas()));
        ApiObject changed = updater.change(write, name, Updater.Part.MAIN, new Updater.Applied(old -> {
            JsonObject merged = decoder.merged(
                    tracking.applied(write, Updater.Part.MAIN, old, parentConfig, KIND.apiVersion()),
                    parent,
                    write.warnings());
            // The number is checked as a Scale's, and the version that the client insists on is the Scale's, too.
            return FieldTracking.copy(
                    withReplicas(write, merged, replicas == null ? view(merged, paths) : scale, paths), merged);
        }));
        return updater.respond(write, new TreeObject(view(changed.tree(), paths)));
    }

    private ApiResponse change(Write write, String name, ScalePaths paths, Updater.Change toScale) {
        ApiObject changed = updater.change(
                write, name, Updater.Part.MAIN, old -> withReplicas(write, old, toScale.apply(old), paths));
        return updater.respond(write, new TreeObject(view(changed.tree(), paths)));
    }

    private static JsonObject withReplicas(Write write, JsonObject parent, JsonObject scale, ScalePaths paths) {
        ObjectView view = new ObjectView(scale);
        long replicas = view.number("spec", "replicas").orElse(0L);
        if (replicas < 0) {
            throw ApiException.invalid(
                    KIND,
                    new ObjectView(parent).name(),
                    List.of(FieldError.invalid(
                            FieldPath.of("spec", "replicas"), replicas, "must be greater than or equal to 0")));
        }
        String uid = view.uid();
        if (!uid.isEmpty() && !uid.equals(new ObjectView(parent).uid())) {
            throw Deleter.precondition(write, new ObjectView(parent).name(), uid, new ObjectView(parent).uid());
        }
        JsonObject changed = JsonTrees.set(parent, JsonTrees.number(replicas), array(paths.specReplicas()));
        String version = view.resourceVersion();
        return version.isEmpty()
                ? JsonTrees.remove(changed, "metadata", "resourceVersion")
                : JsonTrees.set(changed, JsonTrees.text(version), "metadata", "resourceVersion");
    }

    /** The selector in query syntax; replication controllers have plain labels where others have a selector. */
    static String selectorText(JsonObject selector) {
        boolean plain = !selector.containsKey("matchLabels") && !selector.containsKey("matchExpressions");
        return plain
                ? LabelSelector.of(new ObjectView(selector).texts()).toString()
                : LabelSelector.of(selector).toString();
    }

    private static String[] array(List<String> path) {
        return path.toArray(String[]::new);
    }
}
