package io.coxswain.meta.fieldset;

import io.coxswain.meta.schema.TypeSchema;

/** Completes sets for comparing who has what: a field that a schema names counts as soon as something below it does. */
public final class NamedFields {
    private NamedFields() {}

    public static FieldSet complete(FieldSet set, TypeSchema type) {
        return set.withNamedFields(new SchemaStep(type));
    }
}
