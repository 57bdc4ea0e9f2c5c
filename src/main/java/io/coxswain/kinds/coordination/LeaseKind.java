package io.coxswain.kinds.coordination;

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

/** {@code coordination.k8s.io/v1 Lease}: who leads, and which nodes are alive. */
@ApplicationScoped
public class LeaseKind extends NamespacedKind {
    public LeaseKind() {
        super(ResourceNames.of("coordination.k8s.io", "v1", "Lease", "leases"));
    }

    @Override
    public boolean allowsCreateOnUpdate() {
        return true;
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    @Override
    public List<FieldError> validate(ObjectView lease) {
        Check check = new Check();
        ObjectView spec = new ObjectView(lease.object("spec"));
        FieldPath path = FieldPath.of("spec");
        spec.number("leaseDurationSeconds")
                .filter(seconds -> seconds <= 0)
                .ifPresent(seconds ->
                        check.invalid(path.child("leaseDurationSeconds"), seconds, "must be greater than 0"));
        check.nonNegative(spec, path, "leaseTransitions");
        if (spec.at("strategy").isPresent()) {
            check.qualifiedName(path.child("strategy"), spec.text("strategy"));
        } else if (!spec.text("preferredHolder").isEmpty()) {
            check.forbidden(path.child("preferredHolder"), "may only be specified if `strategy` is defined");
        }
        return check.errors();
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(TableColumn.nameColumn(), TableColumn.text("Holder"), TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView lease, Instant now) {
        return Cells.named(lease, now)
                .text(lease.text("spec", "holderIdentity"))
                .age()
                .list();
    }
}
