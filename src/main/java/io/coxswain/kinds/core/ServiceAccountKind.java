package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;

/** {@code v1 ServiceAccount}. */
@ApplicationScoped
public class ServiceAccountKind extends NamespacedKind {
    public ServiceAccountKind() {
        super(ResourceNames.of("", "v1", "ServiceAccount", "serviceaccounts").shortNames("sa"));
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(TableColumn.nameColumn(), TableColumn.text("Secrets"), TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView account, Instant now) {
        return Cells.named(account, now)
                .number(account.items("secrets").size())
                .age()
                .list();
    }
}
