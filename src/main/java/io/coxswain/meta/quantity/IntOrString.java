package io.coxswain.meta.quantity;

import jakarta.json.JsonNumber;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;

/** Reads {@code IntOrString} values that are a number or a percentage, such as {@code maxSurge}. */
public final class IntOrString {
    private IntOrString() {}

    /**
     * The number, or the percentage of a total.
     *
     * @param roundUp which way a fraction goes
     * @throws IllegalArgumentException with upstream's message if the value is neither
     */
    public static int scaled(JsonValue value, int total, boolean roundUp) {
        if (value instanceof JsonNumber number) {
            return number.intValue();
        }
        if (!(value instanceof JsonString string)) {
            throw new IllegalArgumentException(
                    "invalid value for IntOrString: invalid type: neither int nor percentage");
        }
        long percent = percent(string.getString());
        long product = percent * total;
        return (int) (roundUp ? Math.floorDiv(product + 99, 100L) : Math.floorDiv(product, 100L));
    }

    private static long percent(String text) {
        if (!text.endsWith("%")) {
            throw new IllegalArgumentException(
                    "invalid value for IntOrString: invalid type: string is not a percentage");
        }
        try {
            return Integer.parseInt(text.substring(0, text.length() - 1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "invalid value for IntOrString: invalid value \"" + text + "\": strconv.Atoi: parsing \""
                            + text.substring(0, text.length() - 1) + "\": invalid syntax",
                    e);
        }
    }
}
