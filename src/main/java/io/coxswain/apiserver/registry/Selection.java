package io.coxswain.apiserver.registry;

import io.coxswain.apiserver.registry.TypeSystem.FieldSelection;
import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import io.coxswain.store.ObjectKey;
import io.coxswain.store.StoredObject;
import jakarta.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Which objects of a resource a list, watch or deletecollection is about. Immutable, thread-safe. */
public final class Selection {
    private static final String NAME = "metadata.name";
    private static final String NAMESPACE = "metadata.namespace";

    private final RegisteredResource resource;
    private final Predicate<Map<String, String>> labels;
    private final boolean everyLabel;
    private final FieldSelection fields;
    private final boolean keyFieldsOnly;

    private Selection(
            RegisteredResource resource,
            Predicate<Map<String, String>> labels,
            boolean everyLabel,
            FieldSelection fields) {
        this.resource = resource;
        this.labels = labels;
        this.everyLabel = everyLabel;
        this.fields = fields;
        this.keyFieldsOnly = fields.fields().stream().allMatch(field -> field.equals(NAME) || field.equals(NAMESPACE));
    }

    /** @throws ApiException 400 for selectors that cannot be parsed, or fields that the kind does not offer */
    public static Selection of(RegisteredResource resource, ListParameters parameters, TypeSystem types) {
        FieldSelection fields = types.fieldSelector(parameters.fieldSelector());
        for (String field : fields.fields()) {
            boolean known = field.equals(NAME)
                    || (field.equals(NAMESPACE) && resource.kind().namespaced())
                    || resource.kind().selectableFields().contains(field);
            if (!known) {
                throw ApiException.badRequest("Unable to find \""
                        + resource.kind().names().gvr() + "\" that match label selector \""
                        + parameters.labelSelector() + "\", field selector \"" + parameters.fieldSelector()
                        + "\": field label not supported: " + field);
            }
        }
        return new Selection(
                resource,
                types.labelSelector(parameters.labelSelector()),
                parameters.labelSelector().isEmpty(),
                fields);
    }

    /** Whether every object is selected. */
    public boolean isEverything() {
        return everyLabel && fields.isEmpty();
    }

    /** The one name that is selected; {@code ""} if there may be more. */
    public String name() {
        return fields.exact(NAME);
    }

    public boolean matches(StoredObject object) {
        if (isEverything()) {
            return true;
        }
        if (keyFieldsOnly) {
            return (fields.isEmpty() || fields.matches(keyFields(object.key()))) && matchesLabels(object);
        }
        return matchesLabels(object) && fields.matches(allFields(object));
    }

    private boolean matchesLabels(StoredObject object) {
        return everyLabel || labels.test(new ObjectView(object.tree()).labels());
    }

    private static Map<String, String> keyFields(ObjectKey key) {
        return Map.of(NAME, key.name(), NAMESPACE, key.namespace());
    }

    private Map<String, String> allFields(StoredObject object) {
        KindDefinition kind = resource.kind();
        JsonObject view = kind.isStorageForm() ? object.tree() : kind.fromStorage(object.tree());
        Map<String, String> values = new HashMap<>(keyFields(object.key()));
        values.putAll(kind.fieldValues(new ObjectView(view)));
        return values;
    }

    /** The names of the fields that are asked for. */
    public List<String> fieldNames() {
        return fields.fields();
    }
}
