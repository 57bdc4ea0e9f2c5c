/**
 * What is wrong with an object: decoding against the schema (types, unknown and duplicate fields), names, labels and
 * object metadata, worded as upstream words it. Pure functions; knows no kind.
 *
 * <p>Entries: {@link io.coxswain.meta.validation.TypedDecoding}, {@link io.coxswain.meta.validation.ObjectMetaValidation},
 * {@link io.coxswain.meta.validation.Names}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.meta.validation;
