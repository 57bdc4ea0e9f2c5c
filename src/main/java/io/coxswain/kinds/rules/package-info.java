/**
 * Rules that fields of several kinds obey, worded as upstream words them: ports, addresses, ranges and enumerations
 * ({@link io.coxswain.kinds.rules.Check}), resource names and amounts ({@link io.coxswain.kinds.rules.ResourceRules}).
 *
 * <p>Pure functions; imports {@code meta} only.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.rules;
