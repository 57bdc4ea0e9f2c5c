package io.coxswain.node.server;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Which part of a log, as {@code PodLogOptions}.
 *
 * @param follow go on while the container runs
 * @param previous the attempt before the current one
 * @param stream {@code All}, {@code Stdout} or {@code Stderr}
 */
public record LogOptions(
        boolean follow,
        boolean previous,
        boolean timestamps,
        OptionalInt tailLines,
        Optional<Instant> since,
        OptionalLong limitBytes,
        String stream) {

    /** Everything there is, once. */
    public static final LogOptions ALL =
            new LogOptions(false, false, false, OptionalInt.empty(), Optional.empty(), OptionalLong.empty(), "All");
}
