package io.coxswain.kinds.resource;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.TreeDifference;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import io.coxswain.meta.validation.LabelRules;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;

/** {@code resource.k8s.io/v1 ResourceClaimTemplate}: a claim that each pod gets one of. */
@ApplicationScoped
public class ResourceClaimTemplateKind extends NamespacedKind {
    private static final FieldPath SPEC = FieldPath.of("spec");

    public ResourceClaimTemplateKind() {
        super(ResourceNames.of("resource.k8s.io", "v1", "ResourceClaimTemplate", "resourceclaimtemplates"));
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject template) {
        return TreeEditor.edit(
                template, editor -> editor.editField("spec", spec -> spec.editField("spec", DeviceRules::defaults)));
    }

    @Override
    public List<FieldError> validate(ObjectView template) {
        Check check = new Check();
        FieldPath metadata = SPEC.child("metadata");
        LabelRules.checkLabels(template.texts("spec", "metadata", "labels"), metadata.child("labels"), check.errors());
        DeviceRules.check(check, new ObjectView(template.object("spec", "spec")), SPEC.child("spec"));
        return check.errors();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        return TreeDifference.isNone(old.object("spec"), now.object("spec"))
                ? List.of()
                : List.of(FieldError.invalid(SPEC, now.object("spec"), Check.IMMUTABLE));
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(TableColumn.nameColumn(), TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView template, Instant now) {
        return Cells.named(template, now).age().list();
    }
}
