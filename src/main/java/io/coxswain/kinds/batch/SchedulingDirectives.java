package io.coxswain.kinds.batch;

import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.json.JsonObject;
import java.util.List;

/**
 * The parts of a pod template that say where pods run. They may change as long as a job is suspended and has never run.
 *
 * @param template the old template
 */
record SchedulingDirectives(JsonObject template) {
    private static final List<String> POD_FIELDS = List.of("nodeSelector", "tolerations", "schedulingGates");

    /** The new template with the old directives, so that what is left can be compared. */
    JsonObject restoredIn(JsonObject now) {
        ObjectView old = new ObjectView(template);
        return TreeEditor.edit(now, editor -> {
            editor.editField("metadata", metadata -> {
                restore(metadata, new ObjectView(old.object("metadata")), "labels");
                restore(metadata, new ObjectView(old.object("metadata")), "annotations");
            });
            editor.editField("spec", spec -> {
                ObjectView before = new ObjectView(old.object("spec"));
                POD_FIELDS.forEach(field -> restore(spec, before, field));
                spec.editField(
                        "affinity",
                        affinity -> restore(affinity, new ObjectView(before.object("affinity")), "nodeAffinity"));
                if (spec.object("affinity").isEmpty()) {
                    restore(spec, before, "affinity");
                }
            });
        });
    }

    private static void restore(TreeEditor editor, ObjectView old, String field) {
        old.at(field).ifPresentOrElse(value -> editor.set(field, value), () -> editor.remove(field));
    }
}
