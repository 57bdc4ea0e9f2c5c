/**
 * What a scheduler plugin sees and answers: pods, nodes and a snapshot of them, verdicts and scores. Values only, no I/O.
 * Entry: {@link io.coxswain.scheduler.framework.FilterPlugin}, {@link io.coxswain.scheduler.framework.ScorePlugin}.
 */
@org.jspecify.annotations.NullMarked
package io.coxswain.scheduler.framework;
