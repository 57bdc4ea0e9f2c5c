package io.coxswain.kinds.batch;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The five fields of a cron schedule, or one of its short forms; only whether it is well formed. */
final class CronSchedule {
    private static final List<Field> FIELDS = List.of(
            new Field("minute", 0, 59, List.of()),
            new Field("hour", 0, 23, List.of()),
            new Field("day of month", 1, 31, List.of()),
            new Field(
                    "month",
                    1,
                    12,
                    List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
            new Field("day of week", 0, 6, List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat")));
    private static final Map<String, Boolean> SHORT_FORMS = Map.of(
            "@yearly",
            true,
            "@annually",
            true,
            "@monthly",
            true,
            "@weekly",
            true,
            "@daily",
            true,
            "@midnight",
            true,
            "@hourly",
            true);
    private static final Pattern EVERY = Pattern.compile("@every ([0-9]+(\\.[0-9]+)?(ns|us|ms|s|m|h))+");
    private static final Pattern RANGE =
            Pattern.compile("(\\*|\\?|[0-9]{1,4}|[a-z]{3})(?:-([0-9]{1,4}|[a-z]{3}))?(?:/([0-9]{1,4}))?");

    private CronSchedule() {}

    /** What is wrong with the schedule; {@code ""} if nothing. */
    static String fault(String schedule) {
        String text = schedule.strip();
        if (text.isEmpty()) {
            return "empty spec string";
        }
        if (text.startsWith("@")) {
            boolean known = SHORT_FORMS.containsKey(text) || EVERY.matcher(text).matches();
            return known ? "" : "unrecognized descriptor: " + text;
        }
        String[] parts = text.split("\\s+", -1);
        if (parts.length != FIELDS.size()) {
            return "expected exactly 5 fields, found " + parts.length + ": [" + String.join(" ", parts) + "]";
        }
        for (int i = 0; i < parts.length; i++) {
            for (String range : parts[i].split(",", -1)) {
                String fault = FIELDS.get(i).fault(range.toLowerCase(Locale.ROOT));
                if (!fault.isEmpty()) {
                    return fault;
                }
            }
        }
        return "";
    }

    private record Field(String name, int low, int high, List<String> words) {
        String fault(String range) {
            Matcher matcher = RANGE.matcher(range);
            if (!matcher.matches()) {
                return "failed to parse int from " + range + ": invalid syntax";
            }
            boolean any = matcher.group(1).equals("*") || matcher.group(1).equals("?");
            int start = any ? low : number(matcher.group(1));
            int end = matcher.group(2) == null ? start : number(matcher.group(2));
            if (start < 0 || end < 0) {
                return "failed to parse int from " + range + ": invalid syntax";
            }
            if (start < low) {
                return "beginning of range (" + start + ") below minimum (" + low + "): " + range;
            }
            if (end > high) {
                return "end of range (" + end + ") above maximum (" + high + "): " + range;
            }
            if (start > end) {
                return "beginning of range (" + start + ") beyond end of range (" + end + "): " + range;
            }
            return "0".equals(matcher.group(3)) ? "step of range should be a positive number: " + range : "";
        }

        private int number(String text) {
            int word = words.indexOf(text);
            if (word >= 0) {
                return word + low;
            }
            return Character.isDigit(text.charAt(0)) ? Integer.parseInt(text) : -1;
        }
    }
}
