/**
 * The kinds of {@code apps}; what those that make pods share is {@code WorkloadRules}.
 *
 * <p>Pure functions on trees; never imports client, store or another group.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.apps;
