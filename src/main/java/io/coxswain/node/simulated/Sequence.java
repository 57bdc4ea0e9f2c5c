package io.coxswain.node.simulated;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values by attempt, and by the index of a pod: {@code 1,1,0} is 1 at the first two attempts and 0 from the third on;
 * {@code 0; 3=1; 5-7=1,0} gives the pods with these indexes values of their own.
 *
 * @param parts the later ones win
 */
record Sequence<T>(List<Part<T>> parts) {
    private static final Pattern SELECTED = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?\\s*=(.*)", Pattern.DOTALL);
    private static final int MAX_LENGTH = 64 * 1024;

    Sequence {
        parts = List.copyOf(parts);
    }

    /** Values for the pods with an index from {@code first} to {@code last}; for all pods if {@code first} is negative. */
    record Part<T>(int first, int last, List<T> values) {
        Part {
            values = List.copyOf(values);
        }

        private boolean covers(int index) {
            return first < 0 || (index >= first && index <= last);
        }
    }

    /** Reads one value. */
    interface Value<T> {
        /** @throws IllegalArgumentException with a message that says what is wrong with it */
        T parse(String text);
    }

    /** @throws IllegalArgumentException with a message that says what is wrong */
    static <T> Sequence<T> parse(String text, Value<T> value) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("longer than " + MAX_LENGTH + " characters");
        }
        List<Part<T>> parts = new ArrayList<>();
        for (String part : text.split(";", -1)) {
            Matcher selected = SELECTED.matcher(part.strip());
            boolean some = selected.matches();
            int first = some ? Integer.parseInt(selected.group(1)) : -1;
            int last = some && selected.group(2) != null ? Integer.parseInt(selected.group(2)) : first;
            List<T> values = new ArrayList<>();
            for (String each : (some ? selected.group(3) : part).split(",", -1)) {
                values.add(value.parse(each.strip()));
            }
            parts.add(new Part<>(first, last, values));
        }
        return new Sequence<>(parts);
    }

    /**
     * The value in force.
     *
     * @param index of the pod; negative if it has none
     * @param attempt counted from 0
     */
    Optional<T> at(int index, int attempt) {
        Optional<T> found = Optional.empty();
        for (Part<T> part : parts) {
            if (part.covers(index)) {
                found = Optional.of(
                        part.values().get(Math.min(attempt, part.values().size() - 1)));
            }
        }
        return found;
    }

    /** Whether the attempt makes a difference. */
    boolean varies() {
        return parts.stream().anyMatch(part -> part.values().size() > 1);
    }
}
