package io.coxswain.scheduler.framework;

import java.util.List;
import java.util.function.ToLongFunction;

/** Says how good each of the nodes is that can run a pod. Stateless, thread-safe, pure. */
public interface ScorePlugin {
    int MAX_SCORE = 100;

    /** Upstream's name. */
    String name();

    /** A score from 0 to {@link #MAX_SCORE} for each of the feasible nodes, in their order. */
    long[] score(PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible);

    /** A number for each of the nodes, in their order; no stream, since this is done for every pod. */
    static long[] each(List<NodeInfo> nodes, ToLongFunction<NodeInfo> number) {
        long[] numbers = new long[nodes.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = number.applyAsLong(nodes.get(i));
        }
        return numbers;
    }

    /** Stretches raw scores so that the highest becomes {@link #MAX_SCORE}; reversed, the lowest counts most. */
    static long[] normalize(long[] raw, boolean reversed) {
        long max = 0;
        for (long score : raw) {
            max = Math.max(max, score);
        }
        long[] normalized = new long[raw.length];
        for (int i = 0; i < raw.length; i++) {
            long scaled = max == 0 ? 0 : raw[i] * MAX_SCORE / max;
            normalized[i] = reversed ? MAX_SCORE - scaled : scaled;
        }
        return normalized;
    }
}
