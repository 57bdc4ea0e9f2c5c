package io.coxswain.meta.validation;

import io.coxswain.meta.JsonTrees;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** RFC 3339 times as upstream's {@code metav1.Time} and {@code MicroTime} read and write them. */
public final class Times {
    private static final String SECONDS = "2006-01-02T15:04:05Z07:00";
    private static final String MICROS = "2006-01-02T15:04:05.000000Z07:00";

    private Times() {}

    /** The instant of an RFC 3339 text. @throws TypeMismatchException with Go's message if it is none */
    public static Instant parse(String text) {
        return parse(text, SECONDS);
    }

    /** As {@code metav1.Time} writes it: UTC, whole seconds. */
    public static String format(Instant instant) {
        StringBuilder text = dateTime(instant);
        return text.append('Z').toString();
    }

    /** As {@code metav1.MicroTime} writes it: UTC, six decimals. */
    public static String formatMicro(Instant instant) {
        StringBuilder text = dateTime(instant).append('.');
        digits(text, instant.getNano() / 1000, 6);
        return text.append('Z').toString();
    }

    static JsonValue second(JsonString value) {
        String text = value.getString();
        // The form that upstream and we write ourselves needs no work.
        String canonical = isCanonical(text) ? text : format(parse(text, SECONDS));
        return canonical.equals(text) ? value : JsonTrees.text(canonical);
    }

    static JsonValue micro(JsonString value) {
        String text = value.getString();
        String canonical = formatMicro(parse(text, MICROS));
        return canonical.equals(text) ? value : JsonTrees.text(canonical);
    }

    private static boolean isCanonical(String text) {
        if (text.length() != 20 || text.charAt(19) != 'Z') {
            return false;
        }
        parse(text, SECONDS);
        return true;
    }

    /** Goes through the layout as Go's {@code time.Parse} does and says where it stopped. */
    private static Instant parse(String text, String layout) {
        int year = number(text, 0, 4, "2006", layout);
        expect(text, 4, '-', "-", layout);
        int month = number(text, 5, 2, "01", layout);
        expect(text, 7, '-', "-", layout);
        int day = number(text, 8, 2, "02", layout);
        expect(text, 10, 'T', "T", layout);
        int hour = number(text, 11, 2, "15", layout);
        expect(text, 13, ':', ":", layout);
        int minute = number(text, 14, 2, "04", layout);
        expect(text, 16, ':', ":", layout);
        int second = number(text, 17, 2, "05", layout);
        int at = 19;
        int nanos = 0;
        if (at < text.length() && text.charAt(at) == '.') {
            int end = at + 1;
            int unit = 100_000_000;
            while (end < text.length() && isDigit(text.charAt(end))) {
                nanos += unit * (text.charAt(end) - '0');
                unit /= 10;
                end++;
            }
            if (end == at + 1 || layout.equals(MICROS) && end != at + 7) {
                throw cannot(text, layout, at, layout.equals(MICROS) ? ".000000" : "Z07:00");
            }
            at = end;
        } else if (layout.equals(MICROS)) {
            throw cannot(text, layout, at, ".000000");
        }
        ZoneOffset offset = offset(text, at, layout);
        try {
            return LocalDateTime.of(year, month, day, hour, minute, second, nanos)
                    .toInstant(offset);
        } catch (DateTimeException e) {
            throw new TypeMismatchException(
                    "parsing time " + quote(text) + ": " + outOfRange(month, hour, minute, second) + " out of range");
        }
    }

    private static String outOfRange(int month, int hour, int minute, int second) {
        if (month < 1 || month > 12) {
            return "month";
        }
        if (hour > 23) {
            return "hour";
        }
        if (minute > 59) {
            return "minute";
        }
        return second > 59 ? "second" : "day";
    }

    private static ZoneOffset offset(String text, int at, String layout) {
        if (at < text.length() && text.charAt(at) == 'Z') {
            if (at + 1 < text.length()) {
                throw new TypeMismatchException(
                        "parsing time " + quote(text) + ": extra text: " + quote(text.substring(at + 1)));
            }
            return ZoneOffset.UTC;
        }
        boolean sign = at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-');
        if (!sign || text.length() != at + 6 || text.charAt(at + 3) != ':') {
            throw cannot(text, layout, at, "Z07:00");
        }
        int hours = number(text, at + 1, 2, "Z07:00", layout);
        int minutes = number(text, at + 4, 2, "Z07:00", layout);
        int seconds = (hours * 60 + minutes) * 60;
        if (hours > 18 || minutes > 59 || seconds > ZoneOffset.MAX.getTotalSeconds()) {
            throw cannot(text, layout, at, "Z07:00");
        }
        return ZoneOffset.ofTotalSeconds(text.charAt(at) == '-' ? -seconds : seconds);
    }

    private static int number(String text, int from, int count, String element, String layout) {
        if (from + count > text.length()) {
            throw cannot(text, layout, Math.min(from, text.length()), element);
        }
        int value = 0;
        for (int i = from; i < from + count; i++) {
            if (!isDigit(text.charAt(i))) {
                throw cannot(text, layout, from, element);
            }
            value = value * 10 + text.charAt(i) - '0';
        }
        return value;
    }

    private static void expect(String text, int at, char c, String element, String layout) {
        if (at >= text.length() || text.charAt(at) != c) {
            throw cannot(text, layout, Math.min(at, text.length()), element);
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static TypeMismatchException cannot(String text, String layout, int at, String element) {
        return new TypeMismatchException("parsing time " + quote(text) + " as " + quote(layout) + ": cannot parse "
                + quote(text.substring(at)) + " as " + quote(element));
    }

    private static String quote(String text) {
        return JsonTrees.text(text).toString();
    }

    private static StringBuilder dateTime(Instant instant) {
        LocalDateTime time = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), 0, ZoneOffset.UTC);
        StringBuilder text = new StringBuilder(27);
        digits(text, time.getYear(), 4);
        text.append('-');
        digits(text, time.getMonthValue(), 2);
        text.append('-');
        digits(text, time.getDayOfMonth(), 2);
        text.append('T');
        digits(text, time.getHour(), 2);
        text.append(':');
        digits(text, time.getMinute(), 2);
        text.append(':');
        digits(text, time.getSecond(), 2);
        return text;
    }

    private static void digits(StringBuilder text, int value, int count) {
        String digits = Integer.toString(value);
        for (int i = digits.length(); i < count; i++) {
            text.append('0');
        }
        text.append(digits);
    }
}
