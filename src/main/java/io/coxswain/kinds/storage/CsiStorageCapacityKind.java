package io.coxswain.kinds.storage;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.ResourceRules;
import io.coxswain.kinds.rules.TreeDifference;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.validation.LabelRules;
import io.coxswain.meta.validation.Names;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;

/** {@code storage.k8s.io/v1 CSIStorageCapacity}: how much room there is for one class in one part of the cluster. */
@ApplicationScoped
public class CsiStorageCapacityKind extends NamespacedKind {
    public CsiStorageCapacityKind() {
        super(ResourceNames.of("storage.k8s.io", "v1", "CSIStorageCapacity", "csistoragecapacities"));
    }

    @Override
    public List<FieldError> validate(ObjectView capacity) {
        Check check = new Check();
        check.in(
                capacity,
                FieldPath.of("nodeTopology"),
                "nodeTopology",
                (selector, at) -> LabelRules.checkSelector(selector, FieldPath.of("nodeTopology"), check.errors()));
        String storageClass = capacity.text("storageClassName");
        check.invalid(FieldPath.of("storageClassName"), storageClass, Names.dns1123Subdomain(storageClass));
        for (String field : new String[] {"capacity", "maximumVolumeSize"}) {
            ResourceRules.parse(capacity.text(field))
                    .filter(amount -> amount.signum() < 0)
                    .ifPresent(amount -> check.invalid(
                            FieldPath.of(field), amount.toString(), "must be greater than or equal to 0"));
        }
        return check.errors();
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        if (!TreeDifference.isNone(old.object("nodeTopology"), now.object("nodeTopology"))) {
            check.invalid(FieldPath.of("nodeTopology"), now.object("nodeTopology"), Check.IMMUTABLE);
        }
        if (!now.text("storageClassName").equals(old.text("storageClassName"))) {
            check.invalid(FieldPath.of("storageClassName"), now.text("storageClassName"), Check.IMMUTABLE);
        }
        return check.errors();
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(TableColumn.nameColumn(), TableColumn.text("StorageClassName"), TableColumn.text("Capacity"));
    }

    @Override
    public List<JsonValue> cells(ObjectView capacity, Instant now) {
        return Cells.named(capacity, now)
                .text(capacity.text("storageClassName"))
                .text(capacity.text("capacity").isEmpty() ? "<unset>" : capacity.text("capacity"))
                .list();
    }
}
