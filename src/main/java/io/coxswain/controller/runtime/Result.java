package io.coxswain.controller.runtime;

import java.time.Duration;
import java.util.Optional;

/** What a reconcile found: done, or to be looked at again after a while. */
public record Result(Optional<Duration> requeueAfter) {
    private static final Result DONE = new Result(Optional.empty());

    public static Result done() {
        return DONE;
    }

    public static Result after(Duration duration) {
        return new Result(Optional.of(duration));
    }
}
