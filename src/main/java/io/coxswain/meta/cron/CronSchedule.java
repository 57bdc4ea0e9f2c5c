package io.coxswain.meta.cron;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * When something is to happen again and again: minute, hour, day of month, month and day of week, or one of the short forms
 * {@code @hourly}, {@code @every 90s} and so on. Reads and counts as robfig/cron's standard parser does, which upstream uses:
 * days match by either field if both are limited; a time that a change of clocks leaves out is left out, one that comes
 * twice counts twice. Immutable.
 */
public final class CronSchedule {
    private static final CronField MINUTE = new CronField(0, 59, List.of());
    private static final CronField HOUR = new CronField(0, 23, List.of());
    private static final CronField DAY = new CronField(1, 31, List.of());
    private static final CronField MONTH = new CronField(
            1, 12, List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"));
    private static final CronField WEEKDAY =
            new CronField(0, 6, List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat"));
    private static final Map<String, String> SHORT_FORMS = Map.of(
            "@yearly", "0 0 1 1 *",
            "@annually", "0 0 1 1 *",
            "@monthly", "0 0 1 * *",
            "@weekly", "0 0 * * 0",
            "@daily", "0 0 * * *",
            "@midnight", "0 0 * * *",
            "@hourly", "0 * * * *");
    private static final String EVERY = "@every ";

    /** The 29th of February on a certain day of the week can be farther off than this; such a schedule counts as never. */
    private static final int HORIZON_YEARS = 5;

    private final Optional<Duration> period;
    private final CronField.Values minutes;
    private final CronField.Values hours;
    private final CronField.Values days;
    private final CronField.Values months;
    private final CronField.Values weekdays;

    private CronSchedule(Optional<Duration> period, List<CronField.Values> fields) {
        this.period = period;
        this.minutes = fields.get(0);
        this.hours = fields.get(1);
        this.days = fields.get(2);
        this.months = fields.get(3);
        this.weekdays = fields.get(4);
    }

    /** @throws IllegalArgumentException with what is wrong, in the parser's usual words */
    public static CronSchedule parse(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("empty spec string");
        }
        if (text.startsWith("@")) {
            return shortForm(text);
        }
        String[] parts = text.strip().split("\\s+");
        if (text.isBlank() || parts.length != 5) {
            int count = text.isBlank() ? 0 : parts.length;
            throw new IllegalArgumentException(
                    "expected exactly 5 fields, found " + count + ": [" + String.join(" ", parts) + "]");
        }
        return new CronSchedule(
                Optional.empty(),
                List.of(
                        MINUTE.parse(parts[0]),
                        HOUR.parse(parts[1]),
                        DAY.parse(parts[2]),
                        MONTH.parse(parts[3]),
                        WEEKDAY.parse(parts[4])));
    }

    private static CronSchedule shortForm(String text) {
        String fields = SHORT_FORMS.get(text);
        if (fields != null) {
            return parse(fields);
        }
        if (!text.startsWith(EVERY)) {
            throw new IllegalArgumentException("unrecognized descriptor: " + text);
        }
        String length = text.substring(EVERY.length());
        Duration period = GoDuration.parse(length)
                .orElseThrow(() -> new IllegalArgumentException(
                        "failed to parse duration " + text + ": time: invalid duration \"" + length + "\""));
        Duration seconds = period.truncatedTo(ChronoUnit.SECONDS);
        Duration atLeast = seconds.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : seconds;
        return new CronSchedule(Optional.of(atLeast), parse("* * * * *").fields());
    }

    private List<CronField.Values> fields() {
        return Arrays.asList(minutes, hours, days, months, weekdays);
    }

    /** What is wrong with a schedule; {@code ""} if nothing. */
    public static String fault(String text) {
        try {
            parse(text);
            return "";
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** The first time after the given one; empty if there is none in the next five years, as for the 31st of February. */
    public Optional<Instant> next(Instant after, ZoneId zone) {
        if (period.isPresent()) {
            return Optional.of(after.plus(period.get()).truncatedTo(ChronoUnit.SECONDS));
        }
        ZonedDateTime time = after.atZone(zone).truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
        int lastYear = time.getYear() + HORIZON_YEARS;
        while (time.getYear() <= lastYear) {
            if (!months.contains(time.getMonthValue())) {
                time = midnight(time.withDayOfMonth(1).plusMonths(1));
            } else if (!isDay(time)) {
                time = midnight(time.plusDays(1));
            } else if (!hours.contains(time.getHour())) {
                time = time.truncatedTo(ChronoUnit.HOURS).plusHours(1);
            } else if (!minutes.contains(time.getMinute())) {
                time = time.plusMinutes(1);
            } else {
                return Optional.of(time.toInstant());
            }
        }
        return Optional.empty();
    }

    /** Where the clocks change at midnight the day begins at one. */
    private static ZonedDateTime midnight(ZonedDateTime time) {
        return time.toLocalDate().atStartOfDay(time.getZone());
    }

    private boolean isDay(ZonedDateTime time) {
        boolean ofMonth = days.contains(time.getDayOfMonth());
        boolean ofWeek = weekdays.contains(time.getDayOfWeek().getValue() % 7);
        return (days.any() || weekdays.any()) ? (ofMonth && ofWeek) : (ofMonth || ofWeek);
    }
}
