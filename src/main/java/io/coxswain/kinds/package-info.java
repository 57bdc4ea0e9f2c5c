/**
 * The built-in kinds. One package a group, one class a kind; what several groups share lies beside them: pod templates in
 * {@code podspec}, table cells in {@code table}, quota usage in {@code quota}. This package has only the two bases that
 * spare each kind its constructor's fields, that of the subresources which write a part of their parent, and the mark of
 * the kinds that nothing acts on yet.
 *
 * <p>Never imports client, store or another group's internals.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds;
