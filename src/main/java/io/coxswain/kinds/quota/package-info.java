/**
 * What objects use of a quota: evaluators that turn an object into amounts, and which quotas an object counts against.
 * Shared by the admission plugin, which charges new objects, and the quota controller, which counts all of them. Entry:
 * {@link io.coxswain.kinds.quota.QuotaEvaluators}.
 *
 * <p>Pure functions; imports {@code meta}, {@code kinds.rules} and {@code kinds.podspec} only, so that controllers may use it.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.quota;
