/**
 * Sets of fields, and what server-side apply does with objects by their schema: which fields a configuration names, how
 * two states differ, merging a configuration into an object, taking fields out of one. The rules are those of upstream's
 * {@code structured-merge-diff}: granular and atomic maps, lists that are atomic, sets or maps by their keys.
 *
 * <p>Knows schemas and trees, no owners of fields and no requests; imports {@code io.coxswain.meta} and
 * {@code io.coxswain.meta.schema} alone. Entries: {@link io.coxswain.meta.fieldset.FieldSet},
 * {@link io.coxswain.meta.fieldset.Comparison}, {@link io.coxswain.meta.fieldset.StructuredMerge}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.meta.fieldset;
