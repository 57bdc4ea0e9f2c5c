/**
 * Cells of {@code kubectl get} tables that several kinds show: {@link io.coxswain.kinds.table.Cells}.
 *
 * <p>Imports {@code meta} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.table;
