package io.coxswain.controller.horizontalpodautoscaler;

import java.time.Duration;
import java.time.Instant;

/**
 * What was measured of one pod.
 *
 * @param at when it was measured
 * @param window over how long
 * @param milliValue in thousandths
 */
public record PodMetric(Instant at, Duration window, long milliValue) {}
