package io.coxswain.kinds.core;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.eventform.EventFields;
import io.coxswain.kinds.eventform.EventRow;
import io.coxswain.kinds.eventform.EventRules;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code v1 Event}, the form in which events are stored. */
@ApplicationScoped
public class EventKind extends NamespacedKind {
    private static final Set<String> SELECTABLE =
            EventFields.values(new ObjectView(JsonValue.EMPTY_JSON_OBJECT)).keySet();

    public EventKind() {
        super(ResourceNames.of("", "v1", "Event", "events").shortNames("ev"));
    }

    @Override
    public boolean allowsCreateOnUpdate() {
        return true;
    }

    @Override
    public List<FieldError> validate(ObjectView event) {
        return EventRules.common(event, "reportingComponent");
    }

    @Override
    public List<TableColumn> columns() {
        return EventRow.COLUMNS;
    }

    @Override
    public List<JsonValue> cells(ObjectView event, Instant now) {
        return EventRow.cells(event, now);
    }

    @Override
    public Set<String> selectableFields() {
        return SELECTABLE;
    }

    @Override
    public Map<String, String> fieldValues(ObjectView event) {
        return EventFields.values(event);
    }
}
