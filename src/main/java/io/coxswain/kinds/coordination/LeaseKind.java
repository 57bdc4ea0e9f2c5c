package io.coxswain.kinds.coordination;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.table.Cells;
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
