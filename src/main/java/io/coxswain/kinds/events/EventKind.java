package io.coxswain.kinds.events;

import io.coxswain.apiserver.registry.ResourceNames;
import io.coxswain.apiserver.registry.TableColumn;
import io.coxswain.kinds.NamespacedKind;
import io.coxswain.kinds.eventform.EventFields;
import io.coxswain.kinds.eventform.EventRow;
import io.coxswain.kinds.eventform.EventRules;
import io.coxswain.meta.FieldError;
import io.coxswain.meta.GroupResource;
import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code events.k8s.io/v1 Event}: a view of the core group's events under other field names. */
@ApplicationScoped
public class EventKind extends NamespacedKind {
    /** This view's field names, by the names in storage. */
    private static final Map<String, String> FROM_STORAGE = Map.of(
            "involvedObject", "regarding",
            "message", "note",
            "source", "deprecatedSource",
            "firstTimestamp", "deprecatedFirstTimestamp",
            "lastTimestamp", "deprecatedLastTimestamp",
            "count", "deprecatedCount",
            "reportingComponent", "reportingController");

    private static final Map<String, String> TO_STORAGE = inverse();
    private static final Set<String> SELECTABLE =
            selectable(new ObjectView(JsonValue.EMPTY_JSON_OBJECT)).keySet();

    public EventKind() {
        super(ResourceNames.of("events.k8s.io", "v1", "Event", "events").shortNames("ev"));
    }

    @Override
    public GroupResource storage() {
        return new GroupResource("", "events");
    }

    @Override
    public JsonObject fromStorage(JsonObject stored) {
        return renamed(stored, FROM_STORAGE, names().gvk().apiVersion());
    }

    @Override
    public JsonObject toStorage(JsonObject object) {
        return renamed(object, TO_STORAGE, "v1");
    }

    @Override
    public boolean allowsCreateOnUpdate() {
        return true;
    }

    @Override
    public List<FieldError> validate(ObjectView event) {
        ObjectView stored = new ObjectView(toStorage(event.json()));
        List<FieldError> errors = new ArrayList<>(EventRules.common(stored, "reportingController"));
        errors.addAll(EventRules.strict(stored));
        return errors;
    }

    @Override
    public List<FieldError> validateUpdate(ObjectView now, ObjectView old) {
        return EventRules.changes(new ObjectView(toStorage(now.json())), new ObjectView(toStorage(old.json())));
    }

    @Override
    public List<TableColumn> columns() {
        return EventRow.COLUMNS;
    }

    @Override
    public List<JsonValue> cells(ObjectView event, Instant now) {
        return EventRow.cells(new ObjectView(toStorage(event.json())), now);
    }

    @Override
    public Set<String> selectableFields() {
        return SELECTABLE;
    }

    @Override
    public Map<String, String> fieldValues(ObjectView event) {
        return selectable(new ObjectView(toStorage(event.json())));
    }

    private static Map<String, String> selectable(ObjectView stored) {
        Map<String, String> values = new LinkedHashMap<>();
        EventFields.values(stored).forEach((field, value) -> {
            if (field.startsWith("involvedObject.")) {
                values.put("regarding." + field.substring("involvedObject.".length()), value);
            } else if (field.equals("reportingComponent")) {
                values.put("reportingController", value);
            } else if (!field.equals("source")) {
                values.put(field, value);
            }
        });
        return values;
    }

    private static JsonObject renamed(JsonObject object, Map<String, String> names, String apiVersion) {
        JsonObjectBuilder builder = JsonTrees.object();
        object.forEach((key, value) -> {
            if (!key.equals("apiVersion")) {
                builder.add(names.getOrDefault(key, key), value);
            }
        });
        return builder.add("apiVersion", apiVersion).build();
    }

    private static Map<String, String> inverse() {
        Map<String, String> inverse = new HashMap<>();
        FROM_STORAGE.forEach((stored, viewed) -> inverse.put(viewed, stored));
        return Map.copyOf(inverse);
    }
}
