package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.podspec.PodSpecDefaults;
import io.coxswain.kinds.podspec.PodSpecValidation;
import io.coxswain.kinds.podspec.PodWarnings;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;

/** {@code v1 PodTemplate}: a template that stands by itself. */
@ApplicationScoped
public class PodTemplateKind extends NamespacedKind {
    public PodTemplateKind() {
        super(ResourceNames.of("", "v1", "PodTemplate", "podtemplates"));
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public boolean tracksGeneration() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject object) {
        return TreeEditor.edit(object, editor -> editor.editOrCreate("template", PodSpecDefaults::ofTemplate));
    }

    @Override
    public List<FieldError> validate(ObjectView object) {
        Check check = new Check();
        PodSpecValidation.template(check, new ObjectView(object.object("template")), FieldPath.of("template"));
        return check.errors();
    }

    @Override
    public List<String> warnings(ObjectView object) {
        return PodWarnings.of(object, "template", "spec");
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.text("Containers"),
                TableColumn.text("Images"),
                TableColumn.text("Pod Labels"));
    }

    @Override
    public List<JsonValue> cells(ObjectView object, Instant now) {
        return Cells.named(object, now)
                .containers(object.items("template", "spec", "containers"))
                .text(Cells.labels(object.texts("template", "metadata", "labels")))
                .list();
    }
}
