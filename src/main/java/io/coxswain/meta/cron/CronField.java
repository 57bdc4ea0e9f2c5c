package io.coxswain.meta.cron;

import java.util.List;
import java.util.Locale;

/** One of the fields of a schedule: its bounds and the words for its values. */
record CronField(int low, int high, List<String> words) {
    /**
     * The values a field allows.
     *
     * @param any written as a star without a step, which matters where two fields limit the day
     */
    record Values(long bits, boolean any) {
        boolean contains(int value) {
            return (bits >> value & 1) == 1;
        }
    }

    /** Reads lists, ranges and steps. @throws IllegalArgumentException with what is wrong */
    Values parse(String text) {
        long bits = 0;
        boolean any = false;
        for (String part : text.split(",")) {
            if (!part.isEmpty()) {
                Values values = range(part);
                bits |= values.bits();
                any |= values.any();
            }
        }
        return new Values(bits, any);
    }

    private Values range(String text) {
        String[] rangeAndStep = text.split("/", -1);
        String[] ends = rangeAndStep[0].split("-", -1);
        boolean star = ends[0].equals("*") || ends[0].equals("?");
        int start = star ? low : value(ends[0]);
        int end = high;
        if (!star) {
            if (ends.length > 2) {
                throw new IllegalArgumentException("too many hyphens: " + text);
            }
            // A single value with a step means from there to the end.
            boolean open = ends.length == 1 && rangeAndStep.length == 2;
            end = open ? high : value(ends[ends.length - 1]);
        }
        int step = 1;
        if (rangeAndStep.length == 2) {
            step = number(rangeAndStep[1]);
        } else if (rangeAndStep.length > 2) {
            throw new IllegalArgumentException("too many slashes: " + text);
        }
        check(text, start, end, step);
        long bits = 0;
        for (int value = start; value <= end; value += step) {
            bits |= 1L << value;
        }
        return new Values(bits, star && step == 1);
    }

    private void check(String text, int start, int end, int step) {
        if (start < low) {
            throw new IllegalArgumentException(
                    "beginning of range (" + start + ") below minimum (" + low + "): " + text);
        }
        if (end > high) {
            throw new IllegalArgumentException("end of range (" + end + ") above maximum (" + high + "): " + text);
        }
        if (start > end) {
            throw new IllegalArgumentException(
                    "beginning of range (" + start + ") beyond end of range (" + end + "): " + text);
        }
        if (step == 0) {
            throw new IllegalArgumentException("step of range should be a positive number: " + text);
        }
    }

    private int value(String text) {
        int word = words.indexOf(text.toLowerCase(Locale.ROOT));
        return word >= 0 ? word + low : number(text);
    }

    private static int number(String text) {
        if (!text.matches("[0-9]+")) {
            throw new IllegalArgumentException(
                    "failed to parse int from " + text + ": strconv.Atoi: parsing \"" + text + "\": invalid syntax");
        }
        // Longer than any value of any field; the bounds refuse it.
        return text.length() > 6 ? 1_000_000 : Integer.parseInt(text);
    }
}
