package io.coxswain.meta.managedfields;

import io.coxswain.meta.fieldset.FieldSet;

/**
 * What one owner has.
 *
 * @param apiVersion the version whose field names the set uses
 * @param time when the owner last took something, RFC 3339; {@code ""} if unknown
 */
record OwnedFields(FieldSet fields, String apiVersion, String time) {
    OwnedFields with(FieldSet other) {
        return new OwnedFields(other, apiVersion, time);
    }
}
