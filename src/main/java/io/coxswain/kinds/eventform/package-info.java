/**
 * What the two groups that serve events share: the stored (core/v1) form's table row, selectable fields and validation.
 *
 * <p>Imports {@code meta}, {@code apiserver.registry} and {@code kinds.table} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.eventform;
