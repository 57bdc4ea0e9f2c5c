package io.coxswain.scheduler;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How a profile differs from the default one.
 *
 * @param weights score plugin → how much it counts; 0 leaves it out
 * @param mostAllocated whether full nodes are liked better than empty ones
 */
public record ProfileSpec(String name, Map<String, Integer> weights, boolean mostAllocated) {
    static final ProfileSpec DEFAULT = new ProfileSpec(Profile.DEFAULT, Map.of(), false);

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?");
    private static final int MAX_WEIGHT = 100;

    public ProfileSpec {
        weights = Map.copyOf(weights);
    }

    /**
     * Reads {@code NAME} or {@code NAME:SETTING;SETTING}, where a setting is {@code PLUGIN=WEIGHT} or
     * {@code scoringStrategy=MostAllocated}.
     *
     * @throws IllegalArgumentException if it says anything else; the message tells what
     */
    public static ProfileSpec parse(String text) {
        String[] parts = text.trim().split(":", 2);
        if (!NAME.matcher(parts[0]).matches()) {
            throw new IllegalArgumentException("\"" + parts[0] + "\" cannot be the name of a scheduler");
        }
        Map<String, Integer> weights = new LinkedHashMap<>();
        boolean mostAllocated = false;
        for (String setting : parts.length == 1 ? new String[0] : parts[1].split(";", -1)) {
            String[] sides = setting.trim().split("=", 2);
            String value = sides.length == 2 ? sides[1] : "";
            if (sides[0].equals("scoringStrategy")) {
                mostAllocated = strategy(value);
            } else if (Profile.SCORES.contains(sides[0])) {
                weights.put(sides[0], weight(sides[0], value));
            } else {
                throw new IllegalArgumentException("\"" + sides[0] + "\" is no score plugin: " + Profile.SCORES);
            }
        }
        return new ProfileSpec(parts[0], weights, mostAllocated);
    }

    private static boolean strategy(String value) {
        if (!List.of("LeastAllocated", "MostAllocated").contains(value)) {
            throw new IllegalArgumentException(
                    "scoringStrategy is LeastAllocated or MostAllocated, not \"" + value + "\"");
        }
        return value.equals("MostAllocated");
    }

    private static int weight(String plugin, String value) {
        if (!value.matches("\\d{1,3}") || Integer.parseInt(value) > MAX_WEIGHT) {
            throw new IllegalArgumentException(
                    "the weight of " + plugin + " is from 0 to " + MAX_WEIGHT + ", not \"" + value + "\"");
        }
        return Integer.parseInt(value);
    }
}
