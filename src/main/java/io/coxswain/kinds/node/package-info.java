/**
 * The kind of {@code node.k8s.io}: RuntimeClass.
 *
 * <p>Pure functions on trees; never imports client, store or another group.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.node;
