package io.coxswain.node.simulated;

import io.coxswain.meta.cron.GoDuration;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What annotations under {@code simulated.coxswain.io/} may say. {@code docs/simulated-nodes.md} explains each; a test compares. */
enum Setting {
    START_DELAY(Scope.CONTAINER, Setting::duration),
    IMAGE_ERROR(Scope.CONTAINER, Setting::imageError),
    WAITING(Scope.CONTAINER, Setting::reasonAndMessage, false),
    RUN_TIME(Scope.CONTAINER, Setting::duration),
    EXIT_CODE(Scope.CONTAINER, Setting::exitCode),
    TERMINATION_REASON(Scope.CONTAINER, text -> text, false),
    TERMINATION_MESSAGE(Scope.CONTAINER, text -> text, false),
    READY(Scope.CONTAINER, Setting::flag, false),
    READY_DELAY(Scope.CONTAINER, Setting::duration),
    LIVENESS_FAILURE_AFTER(Scope.CONTAINER, Setting::duration),
    TERMINATION_DELAY(Scope.CONTAINER, Setting::duration),
    TERMINATION_EXIT_CODE(Scope.CONTAINER, Setting::exitCode),
    USAGE(Scope.CONTAINER, Amounts::parse, false),
    EVICTED_AFTER(Scope.POD, Setting::duration),
    EVICTED_MESSAGE(Scope.POD, text -> text, false),
    REJECTED(Scope.POD, Setting::reasonAndMessage, false),
    BACK_OFF(Scope.POD, Setting::pause),
    EVENTS(Scope.POD, Setting::events, false),
    CAPACITY(Scope.NODE, text -> text, false),
    PRESSURE(Scope.NODE, Setting::pressure),
    NOT_READY(Scope.NODE, text -> text, false),
    STOPPED(Scope.NODE, Setting::flag, false);

    static final String PREFIX = "simulated.coxswain.io/";

    /** So long that it never ends; short enough to be added to any time. */
    static final Duration FOREVER = Duration.ofDays(365_000);

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(10);
    private static final Pattern REASON = Pattern.compile("[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?");
    private static final Set<String> IMAGE_ERRORS = Set.of("none", "not-found", "denied", "timeout");
    private static final Set<String> PRESSURES = Set.of("memory", "disk", "none");

    private final Scope scope;
    private final Sequence.Value<?> value;
    private final boolean sequence;

    Setting(Scope scope, Sequence.Value<?> value) {
        this(scope, value, true);
    }

    Setting(Scope scope, Sequence.Value<?> value, boolean sequence) {
        this.scope = scope;
        this.value = value;
        this.sequence = sequence;
    }

    /** Where a setting may stand; the annotations of a node hold for its pods, too, where those say nothing themselves. */
    enum Scope {
        /** On a pod, for all its containers or for the one whose name follows the setting's after a dot. */
        CONTAINER,
        POD,
        NODE
    }

    Scope scope() {
        return scope;
    }

    /** As it stands in an annotation, behind the prefix. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<Setting> of(String key) {
        return Arrays.stream(values()).filter(each -> each.key().equals(key)).findFirst();
    }

    Sequence<?> parse(String annotation, String text) throws ScriptException {
        try {
            return sequence
                    ? Sequence.parse(text, value)
                    : new Sequence<>(
                            java.util.List.of(new Sequence.Part<>(-1, -1, java.util.List.of(value.parse(text)))));
        } catch (IllegalArgumentException e) {
            throw new ScriptException(annotation, String.valueOf(e.getMessage()));
        }
    }

    private static Duration duration(String text) {
        if (text.equals("forever") || text.equals("never")) {
            return FOREVER;
        }
        return GoDuration.parse(text)
                .filter(length -> !length.isNegative())
                .map(length -> length.compareTo(FOREVER) > 0 ? FOREVER : length)
                .orElseThrow(() -> new IllegalArgumentException(
                        "\"" + text + "\" is no length of time such as 1.5s, 2m or forever"));
    }

    private static Duration pause(String text) {
        Duration length = duration(text);
        if (length.compareTo(SHORTEST_PAUSE) < 0) {
            throw new IllegalArgumentException("\"" + text + "\" is less than 10ms");
        }
        return length;
    }

    private static Integer exitCode(String text) {
        if (!text.matches("\\d{1,3}") || Integer.parseInt(text) > 255) {
            throw new IllegalArgumentException("\"" + text + "\" is no exit code from 0 to 255");
        }
        return Integer.valueOf(text);
    }

    private static Boolean flag(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("\"" + text + "\" is neither true nor false");
        }
        return Boolean.valueOf(text);
    }

    private static String imageError(String text) {
        return oneOf(text, IMAGE_ERRORS);
    }

    private static String pressure(String text) {
        return oneOf(text, PRESSURES);
    }

    private static String events(String text) {
        return oneOf(text, Set.of("all", "warnings"));
    }

    private static String oneOf(String text, Set<String> known) {
        if (!known.contains(text)) {
            throw new IllegalArgumentException("\"" + text + "\" is none of "
                    + known.stream().sorted().collect(java.util.stream.Collectors.joining(", ")));
        }
        return text;
    }

    /** {@code Reason: message}; the message may be missing. */
    private static Said reasonAndMessage(String text) {
        int colon = text.indexOf(": ");
        Said said = colon < 0
                ? new Said(text.strip(), "")
                : new Said(
                        text.substring(0, colon).strip(),
                        text.substring(colon + 2).strip());
        if (!REASON.matcher(said.reason()).matches()) {
            throw new IllegalArgumentException(
                    "\"" + said.reason() + "\" is no reason such as CreateContainerConfigError");
        }
        return said;
    }

    /** A reason in CamelCase and what it means. */
    record Said(String reason, String message) {}
}
