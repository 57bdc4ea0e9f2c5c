package io.coxswain.kinds.storage;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.ClusterKind;
import io.coxswain.kinds.rules.Check;
import io.coxswain.kinds.rules.TreeDifference;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.FieldPath;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.TreeEditor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code storage.k8s.io/v1 CSINode}: the drivers that run on a node. */
@ApplicationScoped
public class CsiNodeKind extends ClusterKind {
    private static final FieldPath SPEC = FieldPath.of("spec");

    public CsiNodeKind() {
        super(ResourceNames.of("storage.k8s.io", "v1", "CSINode", "csinodes"));
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public JsonObject defaults(JsonObject node) {
        return TreeEditor.edit(
                node,
                editor -> editor.editOrCreate("spec", spec -> spec.setDefault("drivers", JsonValue.EMPTY_JSON_ARRAY)));
    }

    @Override
    public List<FieldError> validate(ObjectView node) {
        Check check = new Check();
        Set<String> names = new HashSet<>();
        check.each(new ObjectView(node.object("spec")), SPEC, "drivers", (driver, at) -> {
            String name = driver.text("name");
            StorageRules.driver(check, name, at.child("name"));
            StorageRules.nodeId(check, driver.text("nodeID"), at.child("nodeID"));
            check.in(driver, at, "allocatable", (limits, one) -> check.nonNegative(limits, one, "count"));
            if (!names.add(name)) {
                check.duplicate(at.child("name"), name);
            }
            Set<String> keys = new HashSet<>();
            for (String key : driver.strings("topologyKeys")) {
                if (!keys.add(key)) {
                    check.duplicate(at.child("topologyKeys"), key);
                }
                check.qualifiedName(at.child("topologyKeys"), key);
            }
        });
        return check.errors();
    }

    /** A driver that a node has may go, but not turn into another. */
    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        Check check = new Check();
        Map<String, ObjectView> before = new HashMap<>();
        old.items("spec", "drivers").forEach(driver -> before.put(driver.text("name"), driver));
        check.each(new ObjectView(now.object("spec")), SPEC, "drivers", (driver, at) -> {
            ObjectView known = before.get(driver.text("name"));
            if (known != null
                    && !TreeDifference.isNone(
                            JsonTrees.without(known.json(), "allocatable"),
                            JsonTrees.without(driver.json(), "allocatable"))) {
                check.invalid(at, driver.json(), Check.IMMUTABLE);
            }
        });
        return check.errors();
    }

    @Override
    public List<TableColumn> columns() {
        return List.of(TableColumn.nameColumn(), TableColumn.number("Drivers"), TableColumn.text("Age"));
    }

    @Override
    public List<JsonValue> cells(ObjectView node, Instant now) {
        return Cells.named(node, now)
                .number(node.array("spec", "drivers").size())
                .age()
                .list();
    }
}
