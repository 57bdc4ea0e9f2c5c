package io.coxswain.meta.managedfields;

import io.coxswain.meta.JsonTrees;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.fieldset.FieldSet;
import io.coxswain.meta.fieldset.FieldSetException;
import io.coxswain.meta.managedfields.Owner.Operation;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The decoded {@code metadata.managedFields}: owners and what each has. Reading and writing it, and keeping it short. */
final class ManagedFields {
    /** How many updating owners an object remembers one by one. */
    static final int MAX_UPDATERS = 10;

    static final String FIELDS_TYPE = "FieldsV1";
    private static final String ANCIENT = "ancient-changes";

    /** Upstream's order: appliers, then updaters, each by age and name. */
    static final Comparator<JsonObject> ORDER = Comparator.comparing((JsonObject entry) -> text(entry, "operation"))
            .thenComparing(entry -> text(entry, "time"))
            .thenComparing(entry -> text(entry, "manager"))
            .thenComparing(entry -> text(entry, "apiVersion"))
            .thenComparing(entry -> text(entry, "subresource"));

    private ManagedFields() {}

    /**
     * Reads the entries.
     *
     * @return empty if an entry is malformed: nobody knows then who owns what
     */
    static Optional<Map<Owner, OwnedFields>> decode(JsonArray entries) {
        Map<Owner, OwnedFields> owners = new LinkedHashMap<>();
        for (JsonValue value : entries) {
            if (!(value instanceof JsonObject entry)) {
                return Optional.empty();
            }
            String apiVersion = text(entry, "apiVersion");
            Optional<Operation> operation = operation(text(entry, "operation"));
            if (operation.isEmpty()
                    || apiVersion.isEmpty()
                    || !text(entry, "fieldsType").equals(FIELDS_TYPE)) {
                return Optional.empty();
            }
            Owner owner = new Owner(
                    text(entry, "manager"),
                    operation.get(),
                    operation.get() == Operation.APPLY ? "" : apiVersion,
                    text(entry, "subresource"));
            try {
                FieldSet fields = FieldSet.parse(new ObjectView(entry).object("fieldsV1"));
                owners.put(owner, new OwnedFields(fields, apiVersion, text(entry, "time")));
            } catch (FieldSetException malformed) {
                return Optional.empty();
            }
        }
        return Optional.of(owners);
    }

    private static Optional<Operation> operation(String text) {
        for (Operation operation : Operation.values()) {
            if (operation.text().equals(text)) {
                return Optional.of(operation);
            }
        }
        return Optional.empty();
    }

    static JsonArray encode(Map<Owner, OwnedFields> owners) {
        List<JsonObject> entries = new ArrayList<>();
        owners.forEach((owner, owned) -> {
            JsonObjectBuilder entry = JsonTrees.object();
            if (!owner.manager().isEmpty()) {
                entry.add("manager", owner.manager());
            }
            entry.add("operation", owner.operation().text()).add("apiVersion", owned.apiVersion());
            if (!owned.time().isEmpty()) {
                entry.add("time", owned.time());
            }
            entry.add("fieldsType", FIELDS_TYPE).add("fieldsV1", owned.fields().toJson());
            if (!owner.subresource().isEmpty()) {
                entry.add("subresource", owner.subresource());
            }
            entries.add(entry.build());
        });
        entries.sort(ORDER);
        return JsonTrees.array(entries);
    }

    /** Merges the oldest updaters of each version into one entry until at most {@link #MAX_UPDATERS} are left. */
    static void cap(Map<Owner, OwnedFields> owners) {
        List<Owner> updaters = owners.keySet().stream()
                .filter(owner -> owner.operation() == Operation.UPDATE)
                .sorted(Comparator.comparing((Owner owner) ->
                                owners.getOrDefault(owner, NOTHING).time())
                        .thenComparing(Owner::manager)
                        .thenComparing(Owner::apiVersion)
                        .thenComparing(Owner::subresource))
                .toList();
        Map<String, Owner> firsts = new HashMap<>();
        int left = updaters.size();
        for (Owner owner : updaters) {
            if (left <= MAX_UPDATERS) {
                return;
            }
            OwnedFields owned = owners.getOrDefault(owner, NOTHING);
            Owner first = firsts.putIfAbsent(owned.apiVersion(), owner);
            if (first == null) {
                continue;
            }
            Owner bucket = Owner.updater(ANCIENT, owned.apiVersion(), "");
            OwnedFields old = owners.get(bucket);
            if (old == null) {
                old = owners.remove(first);
            }
            FieldSet together = old == null ? owned.fields() : old.fields().union(owned.fields());
            owners.remove(owner);
            owners.put(bucket, owned.with(together));
            left--;
        }
    }

    private static final OwnedFields NOTHING = new OwnedFields(FieldSet.EMPTY, "", "");

    static String text(JsonObject entry, String field) {
        return new ObjectView(entry).text(field);
    }
}
