package io.coxswain.admission.priority;

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
import jakarta.json.JsonValue;
import java.util.Comparator;
import java.util.Optional;

/** Puts the number behind a pod's priority class into the pod, and keeps default classes to one. */
@ApplicationScoped
public class PriorityAdmission implements MutatingAdmission, ValidatingAdmission {
    private static final String DEFAULT_POLICY = "PreemptLowerPriority";
    private static final ResourceType<JsonObject> TYPE =
            ResourceType.cluster("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", JsonObject.class);

    private final ReadThrough<JsonObject> classes;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected PriorityAdmission() {
        this.classes = null;
    }

    @Inject
    public PriorityAdmission(CachedReads reads) {
        this.classes = reads.of(TYPE);
    }

    @Override
    public String name() {
        return "Priority";
    }

    @Override
    public boolean handles(AdmissionAttributes attributes) {
        boolean write = attributes.operation() == Operation.CREATE || attributes.operation() == Operation.UPDATE;
        return write && attributes.subresource().isEmpty() && (isPod(attributes) || isClass(attributes));
    }

    private static boolean isPod(AdmissionAttributes attributes) {
        return attributes.resource().group().isEmpty()
                && attributes.resource().resource().equals("pods");
    }

    private static boolean isClass(AdmissionAttributes attributes) {
        return attributes.resource().group().equals(TYPE.gvr().group())
                && attributes.resource().resource().equals("priorityclasses");
    }

    @Override
    public JsonObject admit(AdmissionAttributes attributes) {
        if (!isPod(attributes)) {
            return attributes.object();
        }
        return attributes.operation() == Operation.CREATE ? resolve(attributes) : keep(attributes);
    }

    /** A client that does not know the fields must be able to replace a pod. */
    private static JsonObject keep(AdmissionAttributes attributes) {
        ObjectView old = new ObjectView(attributes.oldObject());
        return TreeEditor.edit(
                attributes.object(),
                editor -> editor.editField("spec", spec -> {
                    for (String field : new String[] {"priority", "preemptionPolicy"}) {
                        old.at("spec", field).ifPresent(value -> spec.setDefault(field, value));
                    }
                }));
    }

    private JsonObject resolve(AdmissionAttributes attributes) {
        ObjectView pod = new ObjectView(attributes.object());
        String name = pod.text("spec", "priorityClassName");
        Optional<ObjectView> found =
                name.isEmpty() ? globalDefault() : classes.get("", name).map(ObjectView::new);
        if (found.isEmpty() && !name.isEmpty()) {
            throw attributes.forbidden("no PriorityClass with name " + name + " was found");
        }
        long priority = found.flatMap(each -> each.number("value")).orElse(0L);
        String policy = found.map(each -> each.text("preemptionPolicy"))
                .filter(text -> !text.isEmpty())
                .orElse(DEFAULT_POLICY);
        long asked = pod.number("spec", "priority").orElse(priority);
        if (asked != priority) {
            throw attributes.forbidden("the integer value of priority (" + asked
                    + ") must not be provided in pod spec; priority admission controller computed " + priority
                    + " from the given PriorityClass name");
        }
        String askedPolicy = pod.text("spec", "preemptionPolicy");
        if (!askedPolicy.isEmpty() && !askedPolicy.equals(policy)) {
            throw attributes.forbidden("the string value of PreemptionPolicy (" + askedPolicy
                    + ") must not be provided in pod spec; priority admission controller computed " + policy
                    + " from the given PriorityClass name");
        }
        return TreeEditor.edit(
                attributes.object(),
                editor -> editor.editField("spec", spec -> {
                    found.map(ObjectView::name).ifPresent(className -> spec.set("priorityClassName", className));
                    spec.set("priority", priority).set("preemptionPolicy", policy);
                }));
    }

    /** Of several default classes, which cannot be ruled out entirely, the lowest. */
    private Optional<ObjectView> globalDefault() {
        return classes.list("").stream()
                .map(ObjectView::new)
                .filter(each -> each.flag("globalDefault").orElse(false))
                .min(Comparator.comparing(each -> each.number("value").orElse(0L)));
    }

    @Override
    public void validate(AdmissionAttributes attributes) {
        if (!isClass(attributes) || attributes.object().get("globalDefault") != JsonValue.TRUE) {
            return;
        }
        String name = attributes.name();
        globalDefault().filter(other -> !other.name().equals(name)).ifPresent(other -> {
            throw attributes.forbidden(
                    "PriorityClass " + other.name() + " is already marked as default. Only one default can exist");
        });
    }
}
