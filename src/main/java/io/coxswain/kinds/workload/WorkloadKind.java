package io.coxswain.kinds.workload;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.podspec.PodWarnings;
import io.coxswain.kinds.table.Cells;
import io.coxswain.meta.ObjectView;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A kind whose objects make pods from the template in their spec. */
public abstract class WorkloadKind extends NamespacedKind {
    protected WorkloadKind(ResourceNames names) {
        super(names);
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
    public List<String> warnings(ObjectView object) {
        return PodWarnings.of(object, "spec", "template", "spec");
    }

    /** The columns between the name and the age. */
    protected abstract List<TableColumn> ownColumns();

    /** Fills {@link #ownColumns()}. */
    protected abstract void ownCells(Cells cells, ObjectView object);

    /** The object's selector as its table shows it. */
    protected String selector(ObjectView object) {
        return Cells.selector(new ObjectView(object.object("spec", "selector")));
    }

    /** Whether the table has a last column with {@link #selector}. */
    protected boolean showsSelector() {
        return true;
    }

    @Override
    public List<TableColumn> columns() {
        List<TableColumn> columns = new ArrayList<>();
        columns.add(TableColumn.nameColumn());
        columns.addAll(ownColumns());
        columns.add(TableColumn.text("Age"));
        columns.add(TableColumn.text("Containers").wide());
        columns.add(TableColumn.text("Images").wide());
        if (showsSelector()) {
            columns.add(TableColumn.text("Selector").wide());
        }
        return columns;
    }

    @Override
    public List<JsonValue> cells(ObjectView object, Instant now) {
        Cells cells = Cells.named(object, now);
        ownCells(cells, object);
        cells.age().containers(object.items("spec", "template", "spec", "containers"));
        if (showsSelector()) {
            cells.text(selector(object));
        }
        return cells.list();
    }
}
