package io.coxswain.node.simulated;

import io.coxswain.node.BackOff;
import io.coxswain.node.image.ImageName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/** Pulls that succeed at once or fail as a script says, with the kubelet's back-off in between. Used by one pod only. */
final class SimulatedPulls {
    private static final Duration BAD_NAME_RETRY = Duration.ofMinutes(1);
    private static final Duration FIRST_SHOWN = Duration.ofSeconds(1);

    private final Clock clock;
    private final Map<String, Pull> pulls = new HashMap<>();
    private BackOff backOff;

    SimulatedPulls(Clock clock) {
        this.clock = clock;
        this.backOff = new BackOff(clock, Duration.ofSeconds(10), Duration.ofMinutes(5));
    }

    void backOff(BackOff now) {
        backOff = now;
    }

    private static final class Pull {
        private int failures;
        private Instant failed = Instant.EPOCH;
        private String error = "";
        private boolean toldOfBackOff;
        private boolean badName;
    }

    /** An event about the container. */
    record Event(String type, String reason, String message) {}

    /**
     * How a pull stands.
     *
     * @param reason why the container waits, if the image is not there
     * @param error what went wrong; empty if nothing did
     * @param again when to ask again
     * @param events to be written
     */
    record Outcome(boolean present, String reason, String error, Instant again, List<Event> events) {
        Outcome {
            events = List.copyOf(events);
        }
    }

    /** Where the container's image is; {@code errors} says how the pull of a number fails, if it does. */
    Outcome pull(String container, String image, IntFunction<Optional<String>> errors) {
        Instant now = clock.instant();
        Pull pull = pulls.computeIfAbsent(container + "/" + image, key -> new Pull());
        if (ImageName.parse(image).isEmpty()) {
            return badName(pull, image, now);
        }
        if (pull.failures > 0) {
            Optional<Outcome> held = heldBack(pull, container, image, now);
            if (held.isPresent()) {
                return held.get();
            }
        }
        Optional<String> error = errors.apply(pull.failures);
        if (error.isEmpty()) {
            return new Outcome(
                    true,
                    "",
                    "",
                    now,
                    List.of(new Event(
                            "Normal", "Pulled", "Container image \"" + image + "\" already present on machine")));
        }
        String rpc = rpc(error.get(), image);
        pull.failures++;
        pull.failed = now;
        pull.error = "failed to pull image \"" + image + "\": " + rpc;
        pull.toldOfBackOff = false;
        backOff.next(container, now);
        return new Outcome(
                false,
                "ErrImagePull",
                pull.error,
                now.plus(shown(container, now)),
                List.of(
                        new Event("Normal", "Pulling", "Pulling image \"" + image + "\""),
                        new Event("Warning", "Failed", "Failed to pull image \"" + image + "\": " + rpc),
                        new Event("Warning", "Failed", "Error: ErrImagePull")));
    }

    /** ErrImagePull is shown for a second, or half of a shorter pause. */
    private Duration shown(String container, Instant failed) {
        Duration half = backOff.waiting(container, failed)
                .map(wait -> wait.pause().dividedBy(2))
                .orElse(FIRST_SHOWN);
        return half.compareTo(FIRST_SHOWN) < 0 ? half : FIRST_SHOWN;
    }

    private Optional<Outcome> heldBack(Pull pull, String container, String image, Instant now) {
        Optional<BackOff.Wait> wait = backOff.waiting(container, pull.failed);
        if (wait.isEmpty()) {
            return Optional.empty();
        }
        Instant until = pull.failed.plus(shown(container, pull.failed));
        if (until.isAfter(now)) {
            return Optional.of(new Outcome(false, "ErrImagePull", pull.error, until, List.of()));
        }
        String message = "Back-off pulling image \"" + image + "\"";
        List<Event> news = pull.toldOfBackOff
                ? List.of()
                : List.of(
                        new Event("Normal", "BackOff", message),
                        new Event("Warning", "Failed", "Error: ImagePullBackOff"));
        pull.toldOfBackOff = true;
        return Optional.of(new Outcome(
                false,
                "ImagePullBackOff",
                message + ": ErrImagePull: " + pull.error,
                now.plus(wait.get().left()),
                news));
    }

    private static Outcome badName(Pull pull, String image, Instant now) {
        String message = "Failed to apply default image tag \"" + image + "\": couldn't parse image name \"" + image
                + "\": invalid reference format";
        List<Event> news = pull.badName
                ? List.of()
                : List.of(
                        new Event("Warning", "InspectFailed", message),
                        new Event("Warning", "Failed", "Error: InvalidImageName"));
        pull.badName = true;
        return new Outcome(false, "InvalidImageName", message, now.plus(BAD_NAME_RETRY), news);
    }

    /** As a registry's answer reaches a kubelet; it says that nobody was asked. */
    private static String rpc(String error, String image) {
        return switch (error) {
            case "not-found" -> "rpc error: code = NotFound desc = simulated: " + image + ": not found";
            case "denied" ->
                "rpc error: code = Unknown desc = simulated: pull access denied for " + image
                        + ", repository does not exist or may require authorization";
            default -> "rpc error: code = DeadlineExceeded desc = simulated: " + image + ": i/o timeout";
        };
    }
}
