package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.podspec.PodSpecDefaults;
import io.coxswain.kinds.podspec.PodSpecValidation;
import io.coxswain.kinds.podspec.PodWarnings;
import io.coxswain.kinds.podspec.QosClass;
import io.coxswain.kinds.rules.Check;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code v1 Pod}. */
@ApplicationScoped
public class PodKind extends NamespacedKind {
    private static final Set<String> SELECTABLE = Set.of(
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.nominatedNodeName");

    public PodKind() {
        super(ResourceNames.of("", "v1", "Pod", "pods").shortNames("po").categories("all"));
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public boolean tracksGeneration() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject pod) {
        return TreeEditor.edit(pod, editor -> editor.editField("spec", PodSpecDefaults::ofPod));
    }

    @Override
    public JsonObject prepareForCreate(JsonObject pod) {
        ObjectView view = new ObjectView(pod);
        TreeEditor status = TreeEditor.create().set("phase", "Pending");
        if (!view.items("spec", "schedulingGates").isEmpty()) {
            status.append(
                    "conditions",
                    TreeEditor.create()
                            .set("type", "PodScheduled")
                            .set("status", "False")
                            .set("reason", "SchedulingGated")
                            .set("message", "Scheduling is blocked due to non-empty scheduling gates")
                            .build());
        }
        status.set("qosClass", QosClass.of(view).word());
        return JsonTrees.set(pod, status.build(), "status");
    }

    @Override
    public List<FieldError> validate(ObjectView pod) {
        Check check = new Check();
        PodSpecValidation.pod(check, new ObjectView(pod.object("spec")), FieldPath.of("spec"));
        return check.errors();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        return new PodUpdateRules(now, old).check().errors();
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectView now, ObjectView old) {
        return new PodStatusRules(now, old).check();
    }

    @Override
    public List<String> warnings(ObjectView pod) {
        return PodWarnings.of(pod, "spec");
    }

    @Override
    public JsonObject prepareForStatusUpdate(JsonObject now, JsonObject old) {
        ObjectView before = new ObjectView(old);
        return TreeEditor.edit(now, editor -> {
            // an old node agent must not be able to lose a pod's owners
            editor.editField("metadata", metadata -> {
                restore(metadata, before.object("metadata"), "ownerReferences");
                restore(metadata, before.object("metadata"), "deletionTimestamp");
            });
            String qos = before.text("status", "qosClass");
            if (!qos.isEmpty()) {
                editor.editField("status", status -> status.setDefault("qosClass", qos));
            }
        });
    }

    private static void restore(TreeEditor editor, JsonObject old, String key) {
        JsonValue value = old.get(key);
        if (value == null) {
            editor.remove(key);
        } else {
            editor.set(key, value);
        }
    }

    /** Pods that no node has, or that have ended, go at once; the others get the time they ask for. */
    @Override
    public Optional<Long> gracePeriodSeconds(ObjectView pod, Optional<Long> requested) {
        String phase = pod.text("status", "phase");
        if (pod.text("spec", "nodeName").isEmpty() || phase.equals("Succeeded") || phase.equals("Failed")) {
            return Optional.of(0L);
        }
        long seconds = requested
                .or(() -> pod.number("spec", "terminationGracePeriodSeconds"))
                .orElse(0L);
        return Optional.of(seconds < 0 ? 1 : seconds);
    }

    @Override
    public List<TableColumn> columns() {
        return PodTable.COLUMNS;
    }

    @Override
    public List<JsonValue> cells(ObjectView pod, Instant now) {
        return PodTable.cells(pod, now);
    }

    @Override
    public Set<String> selectableFields() {
        return SELECTABLE;
    }

    @Override
    public Map<String, String> fieldValues(ObjectView pod) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("spec.nodeName", pod.text("spec", "nodeName"));
        values.put("spec.restartPolicy", pod.text("spec", "restartPolicy"));
        values.put("spec.schedulerName", pod.text("spec", "schedulerName"));
        values.put("spec.serviceAccountName", pod.text("spec", "serviceAccountName"));
        values.put(
                "spec.hostNetwork",
                Boolean.toString(pod.flag("spec", "hostNetwork").orElse(false)));
        values.put("status.phase", pod.text("status", "phase"));
        values.put(
                "status.podIP",
                pod.items("status", "podIPs").stream()
                        .findFirst()
                        .map(address -> address.text("ip"))
                        .orElse(pod.text("status", "podIP")));
        values.put("status.nominatedNodeName", pod.text("status", "nominatedNodeName"));
        return values;
    }
}
