package io.coxswain.apiserver.registry;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.ObjectView;
import io.coxswain.meta.selector.FieldSelector;
import io.coxswain.meta.selector.LabelSelector;
import io.coxswain.store.ObjectKey;
import io.coxswain.store.StoredObject;
import jakarta.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** Which objects of a resource a list, watch or deletecollection is about. Immutable, thread-safe. */
public final class Selection {
    private static final String NAME = "metadata.name";
    private static final String NAMESPACE = "metadata.namespace";

    private final RegisteredResource resource;
    private final LabelSelector labels;
    private final FieldSelector fields;
    private final boolean keyFieldsOnly;

    private Selection(RegisteredResource resource, LabelSelector labels, FieldSelector fields) {
        this.resource = resource;
        this.labels = labels;
        this.fields = fields;
        this.keyFieldsOnly = fields.terms().stream()
                .allMatch(term -> term.field().equals(NAME) || term.field().equals(NAMESPACE));
    }

    /** @throws ApiException 400 for selectors that cannot be parsed, or fields that the kind does not offer */
    public static Selection of(RegisteredResource resource, ListParameters parameters) {
        FieldSelector fields = FieldSelector.parse(parameters.fieldSelector());
        for (FieldSelector.Term term : fields.terms()) {
            String field = term.field();
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
        return new Selection(resource, LabelSelector.parse(parameters.labelSelector()), fields);
    }

    /** Whether every object is selected. */
    public boolean isEverything() {
        return labels.isEverything() && fields.isEverything();
    }

    /** The one name that is selected; {@code ""} if there may be more. */
    public String name() {
        return fields.exactValue(NAME).orElse("");
    }

    public boolean matches(StoredObject object) {
        if (isEverything()) {
            return true;
        }
        if (keyFieldsOnly) {
            return fields.matches(values(keyFields(object.key()))) && matchesLabels(object);
        }
        return matchesLabels(object) && fields.matches(values(allFields(object)));
    }

    private boolean matchesLabels(StoredObject object) {
        return labels.isEverything() || labels.matches(new ObjectView(object.tree()).labels());
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

    private static Function<String, String> values(Map<String, String> fields) {
        return field -> fields.getOrDefault(field, "");
    }
}
