/**
 * The kinds of {@code batch}: {@link io.coxswain.kinds.batch.CronJobKind}.
 *
 * <p>Pure functions on trees; never imports client, store or another group.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.kinds.batch;
