package io.coxswain.admission.limitranger;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.admission.MutatingAdmission;
import io.coxswain.apiserver.admission.ValidatingAdmission;
import io.coxswain.client.CachedReads;
import io.coxswain.client.ReadThrough;
import io.coxswain.client.ResourceType;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Fills in the requests and limits that the namespace's LimitRanges give containers, and refuses what lies outside of them. */
@ApplicationScoped
public class LimitRanger implements MutatingAdmission, ValidatingAdmission {
    private static final String ANNOTATION = "kubernetes.io/limit-ranger";
    private static final ResourceType<JsonObject> TYPE =
            ResourceType.namespaced("", "v1", "limitranges", "LimitRange", JsonObject.class);

    private final ReadThrough<JsonObject> limitRanges;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected LimitRanger() {
        this.limitRanges = null;
    }

    @Inject
    public LimitRanger(CachedReads reads) {
        this.limitRanges = reads.of(TYPE);
    }

    @Override
    public String name() {
        return "LimitRanger";
    }

    @Override
    public boolean handles(AdmissionAttributes attributes) {
        if (!attributes.subresource().isEmpty()
                || !attributes.resource().group().isEmpty()) {
            return false;
        }
        return switch (attributes.resource().resource()) {
            // the resources of an existing pod cannot change, so that there is nothing to judge
            case "pods" -> attributes.operation() == Operation.CREATE;
            case "persistentvolumeclaims" ->
                attributes.operation() == Operation.CREATE || attributes.operation() == Operation.UPDATE;
            default -> false;
        };
    }

    @Override
    public JsonObject admit(AdmissionAttributes attributes) {
        JsonObject object = attributes.object();
        if (!attributes.resource().resource().equals("pods")) {
            return object;
        }
        for (ObjectView range : ranges(attributes)) {
            object = withDefaults(object, range);
        }
        return object;
    }

    private List<ObjectView> ranges(AdmissionAttributes attributes) {
        return limitRanges.list(attributes.namespace()).stream()
                .map(ObjectView::new)
                .toList();
    }

    private static JsonObject withDefaults(JsonObject pod, ObjectView range) {
        TreeEditor limits = TreeEditor.create();
        TreeEditor requests = TreeEditor.create();
        for (ObjectView limit : range.items("spec", "limits")) {
            if (limit.text("type").equals("Container")) {
                limit.object("default").forEach(limits::set);
                limit.object("defaultRequest").forEach(requests::set);
            }
        }
        List<String> notes = new ArrayList<>();
        return TreeEditor.edit(pod, editor -> {
            editor.editField("spec", spec -> {
                spec.editItems("containers", each -> fill(each, "container", requests.build(), limits.build(), notes));
                spec.editItems(
                        "initContainers",
                        each -> fill(each, "init container", requests.build(), limits.build(), notes));
            });
            if (!notes.isEmpty()) {
                editor.editOrCreate(
                        "metadata",
                        metadata -> metadata.editOrCreate(
                                "annotations",
                                annotations -> annotations.set(
                                        ANNOTATION, "LimitRanger plugin set: " + String.join("; ", notes))));
            }
        });
    }

    private static void fill(
            TreeEditor container, String what, JsonObject requests, JsonObject limits, List<String> notes) {
        container.editOrCreate("resources", resources -> {
            note(notes, "request", what, container, fill(resources, "requests", requests));
            note(notes, "limit", what, container, fill(resources, "limits", limits));
        });
    }

    /** The names that were missing, in order. */
    private static Set<String> fill(TreeEditor resources, String list, JsonObject amounts) {
        Set<String> missing = new TreeSet<>(amounts.keySet());
        missing.removeAll(resources.object(list).keySet());
        if (!missing.isEmpty()) {
            resources.editOrCreate(
                    list,
                    editor -> amounts.forEach((name, amount) -> {
                        if (missing.contains(name)) {
                            editor.setDefault(name, amount);
                        }
                    }));
        }
        return missing;
    }

    private static void note(List<String> notes, String list, String what, TreeEditor container, Set<String> names) {
        if (!names.isEmpty()) {
            notes.add(String.join(", ", names) + " " + list + " for " + what + " " + container.text("name"));
        }
    }

    @Override
    public void validate(AdmissionAttributes attributes) {
        ObjectView object = new ObjectView(attributes.object());
        if (object.isBeingDeleted()) {
            return;
        }
        boolean claim = attributes.resource().resource().equals("persistentvolumeclaims");
        for (ObjectView range : ranges(attributes)) {
            LimitConstraints constraints = new LimitConstraints(range);
            List<String> faults = claim ? constraints.ofClaim(object) : constraints.ofPod(object);
            if (!faults.isEmpty()) {
                throw attributes.forbidden(faults.size() == 1 ? faults.get(0) : "[" + String.join(", ", faults) + "]");
            }
        }
    }
}
