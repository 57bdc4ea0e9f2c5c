package io.coxswain.kinds.apps;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;

/** {@code apps/v1 ControllerRevision}: one past state of a StatefulSet or DaemonSet. */
@ApplicationScoped
public class ControllerRevisionKind extends NamespacedKind {
    public ControllerRevisionKind() {
        super(ResourceNames.of("apps", "v1", "ControllerRevision", "controllerrevisions"));
    }

    @Override
    public List<FieldError> validate(ObjectView revision) {
        Check check = new Check();
        if (revision.at("data").isEmpty()) {
            check.required(FieldPath.of("data"), "data is mandatory");
        }
        revision.number("revision")
                .filter(number -> number < 0)
                .ifPresent(number ->
                        check.invalid(FieldPath.of("revision"), number, "must be greater than or equal to 0"));
        return check.errors();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        return now.at("data").equals(old.at("data"))
                ? List.of()
                : List.of(FieldError.invalid(
                        FieldPath.of("data"), now.at("data").orElse(JsonValue.NULL), Check.IMMUTABLE));
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(
                TableColumn.nameColumn(),
                TableColumn.text("Controller"),
                TableColumn.number("Revision"),
                TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView revision, Instant now) {
        return Cells.named(revision, now)
                .textOrNone(Cells.controller(revision))
                .number(revision.number("revision").orElse(0L))
                .age()
                .list();
    }
}
