/**
 * Who owns which field of an object: {@code metadata.managedFields}, kept for every write, and server-side apply, which
 * merges by it. The rules are those of upstream's field manager.
 *
 * <p>Pure functions; knows objects and schemas, no kind, no request and no clock. Imports {@code io.coxswain.meta} and
 * its {@code fieldset}, {@code schema}. Entry: {@link io.coxswain.meta.managedfields.FieldOwnership}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.meta.managedfields;
