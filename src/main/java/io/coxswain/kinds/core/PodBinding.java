package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.Subresource;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.GroupVersionKind;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.Status;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@code pods/binding}: gives a pod its node. The scheduler's one write. */
@ApplicationScoped
public class PodBinding implements Subresource.Change {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource BINDINGS = new GroupResource("", "pods/binding");
    private static final GroupVersionKind BINDING = new GroupVersionKind("", "v1", "Binding");

    private final Clock clock;

    @Inject
    public PodBinding(Clock clock) {
        this.clock = clock;
    }

    /** For CDI's proxies. */
    protected PodBinding() {
        this(Clock.systemUTC());
    }

    @Override
    public GroupResource parent() {
        return PODS;
    }

    @Override
    public String name() {
        return "binding";
    }

    @Override
    public GroupVersionKind kind() {
        return BINDING;
    }

    @Override
    public Set<String> verbs() {
        return Set.of("create");
    }

    @Override
    public JsonObject apply(JsonObject parent, JsonObject body) {
        ObjectView pod = new ObjectView(parent);
        ObjectView binding = new ObjectView(body);
        List<FieldError> errors = faults(binding);
        if (!errors.isEmpty()) {
            throw ApiException.invalid(BINDING, binding.name(), errors);
        }
        if (!binding.name().isEmpty() && !binding.name().equals(pod.name())) {
            throw ApiException.badRequest("name in URL does not match name in Binding object");
        }
        refuseUnlessFree(pod, binding);
        String node = binding.text("target", "name");
        JsonObject bound = TreeEditor.edit(parent, editor -> {
            editor.editOrCreate("spec", spec -> spec.set("nodeName", node));
            if (!binding.annotations().isEmpty()) {
                editor.editField(
                        "metadata",
                        metadata -> metadata.editOrCreate(
                                "annotations",
                                annotations -> binding.annotations().forEach(annotations::set)));
            }
            editor.editOrCreate("status", this::markScheduled);
        });
        return bound;
    }

    private static List<FieldError> faults(ObjectView binding) {
        List<FieldError> errors = new ArrayList<>();
        String kind = binding.text("target", "kind");
        if (!kind.isEmpty() && !kind.equals("Node")) {
            errors.add(FieldError.notSupported(FieldPath.of("target", "kind"), kind, List.of("Node", "<empty>")));
        }
        if (binding.text("target", "name").isEmpty()) {
            errors.add(FieldError.required(FieldPath.of("target", "name"), ""));
        }
        return errors;
    }

    private static void refuseUnlessFree(ObjectView pod, ObjectView binding) {
        String uid = binding.uid();
        if (!uid.isEmpty() && !uid.equals(pod.uid())) {
            throw ApiException.conflict(
                    BINDINGS,
                    pod.name(),
                    "Precondition failed: UID in precondition: " + uid + ", UID in object meta: " + pod.uid());
        }
        if (pod.isBeingDeleted()) {
            throw ApiException.conflict(
                    BINDINGS, pod.name(), "pod " + pod.name() + " is being deleted, cannot be assigned to a host");
        }
        String node = pod.text("spec", "nodeName");
        if (!node.isEmpty()) {
            throw ApiException.conflict(
                    BINDINGS, pod.name(), "pod " + pod.name() + " is already assigned to node \"" + node + "\"");
        }
        if (!pod.items("spec", "schedulingGates").isEmpty()) {
            throw ApiException.conflict(
                    BINDINGS, pod.name(), "pod " + pod.name() + " has non-empty .spec.schedulingGates");
        }
    }

    private void markScheduled(TreeEditor status) {
        JsonObject scheduled = TreeEditor.create()
                .set("type", "PodScheduled")
                .set("status", "True")
                .set(
                        "lastTransitionTime",
                        clock.instant().truncatedTo(ChronoUnit.SECONDS).toString())
                .build();
        boolean known = new ObjectView(status.build())
                .items("conditions").stream().anyMatch(each -> each.text("type").equals("PodScheduled"));
        if (known) {
            status.mapItems("conditions", each -> each.getString("type", "").equals("PodScheduled") ? scheduled : each);
        } else {
            status.append("conditions", scheduled);
        }
    }

    @Override
    public JsonObject answer(JsonObject parent) {
        return Status.success(201, null).toJson();
    }
}
