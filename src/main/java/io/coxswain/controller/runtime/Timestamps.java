package io.coxswain.controller.runtime;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times as metav1.Time writes them: whole seconds, UTC. */
public final class Timestamps {
    private Timestamps() {}

    public static String of(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
