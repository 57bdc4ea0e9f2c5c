package io.coxswain.admission.runtimeclass;

import io.coxswain.apiserver.admission.AdmissionAttributes;
import io.coxswain.apiserver.admission.AdmissionAttributes.Operation;
import io.coxswain.apiserver.admission.MutatingAdmission;
import io.coxswain.apiserver.admission.ValidatingAdmission;
import io.coxswain.client.CachedReads;
import io.coxswain.client.ReadThrough;
import io.coxswain.client.ResourceType;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import io.coxswain.meta.quantity.Quantity;
import io.coxswain.meta.quantity.QuantityFormatException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Gives a pod the overhead, the node selector and the tolerations of the RuntimeClass that it names. */
@ApplicationScoped
public class RuntimeClassAdmission implements MutatingAdmission, ValidatingAdmission {
    private static final ResourceType<JsonObject> TYPE =
            ResourceType.cluster("node.k8s.io", "v1", "runtimeclasses", "RuntimeClass", JsonObject.class);
    private static final String MISMATCH = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

    private final ReadThrough<JsonObject> classes;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected RuntimeClassAdmission() {
        this.classes = null;
    }

    @Inject
    public RuntimeClassAdmission(CachedReads reads) {
        this.classes = reads.of(TYPE);
    }

    @Override
    public String name() {
        return "RuntimeClass";
    }

    @Override
    public boolean handles(AdmissionAttributes attributes) {
        return attributes.operation() == Operation.CREATE
                && attributes.subresource().isEmpty()
                && attributes.resource().groupResource().toString().equals("pods");
    }

    @Override
    public JsonObject admit(AdmissionAttributes attributes) {
        Optional<ObjectView> named = named(attributes);
        if (named.isEmpty()) {
            return attributes.object();
        }
        ObjectView runtime = named.get();
        ObjectView pod = new ObjectView(attributes.object());
        JsonObject overhead = runtime.object("overhead", "podFixed");
        Map<String, String> selector = selector(attributes, pod, runtime);
        return TreeEditor.edit(
                pod.json(),
                editor -> editor.editField("spec", spec -> {
                    if (!overhead.isEmpty()) {
                        if (spec.has("overhead") && !sameAmounts(pod.object("spec", "overhead"), overhead)) {
                            throw attributes.forbidden(MISMATCH);
                        }
                        spec.set("overhead", overhead);
                    }
                    if (!selector.isEmpty()) {
                        spec.set("nodeSelector", JsonTrees.texts(selector));
                    }
                    if (!runtime.array("scheduling", "tolerations").isEmpty()) {
                        spec.set(
                                "tolerations",
                                JsonTrees.array(Tolerations.merge(
                                        pod.items("spec", "tolerations"), runtime.items("scheduling", "tolerations"))));
                    }
                }));
    }

    @Override
    public void validate(AdmissionAttributes attributes) {
        JsonObject asked = new ObjectView(attributes.object()).object("spec", "overhead");
        JsonObject defined = named(attributes)
                .map(runtime -> runtime.object("overhead", "podFixed"))
                .orElse(JsonObject.EMPTY_JSON_OBJECT);
        if (defined.isEmpty() && !asked.isEmpty()) {
            throw attributes.forbidden(
                    "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
        }
        if (!sameAmounts(asked, defined)) {
            throw attributes.forbidden(MISMATCH);
        }
    }

    private Optional<ObjectView> named(AdmissionAttributes attributes) {
        String name = new ObjectView(attributes.object()).text("spec", "runtimeClassName");
        if (name.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ObjectView(classes.get("", name)
                .orElseThrow(() -> attributes.forbidden("pod rejected: RuntimeClass \"" + name + "\" not found"))));
    }

    private static Map<String, String> selector(AdmissionAttributes attributes, ObjectView pod, ObjectView runtime) {
        Map<String, String> own = pod.texts("spec", "nodeSelector");
        Map<String, String> merged = new LinkedHashMap<>(own);
        runtime.texts("scheduling", "nodeSelector").forEach((key, value) -> {
            String before = merged.put(key, value);
            if (before != null && !before.equals(value)) {
                throw attributes.forbidden("conflict: runtimeClass.scheduling.nodeSelector[" + key + "] = " + value
                        + "; pod.spec.nodeSelector[" + key + "] = " + before);
            }
        });
        return merged;
    }

    /** Whether two lists of resources mean the same: {@code 1} is {@code 1000m}. What is no amount means nothing. */
    private static boolean sameAmounts(JsonObject one, JsonObject other) {
        Map<String, String> first = new ObjectView(one).texts();
        Map<String, String> second = new ObjectView(other).texts();
        try {
            return first.keySet().equals(second.keySet())
                    && first.entrySet().stream()
                            .allMatch(entry -> Quantity.parse(entry.getValue())
                                            .compareTo(Quantity.parse(second.getOrDefault(entry.getKey(), "0")))
                                    == 0);
        } catch (QuantityFormatException malformed) {
            return false; // validation, which says so, comes after the plugins
        }
    }
}
