package io.coxswain.console.shell;

import io.coxswain.meta.ObjectView;
import io.coxswain.meta.quantity.Quantity;
import io.coxswain.meta.quantity.QuantityFormatException;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/**
 * How much of something is used, for a bar.
 *
 * @param used and limit as quantities are written, such as {@code 500m}
 * @param percent rounded, 0 if there is no limit to compare with; may be above 100
 */
public record Usage(String resource, String used, String limit, int percent) implements Serializable {
    private static final int NEAR = 80;
    private static final BigDecimal MEBI = BigDecimal.valueOf(1 << 20);
    private static final BigDecimal GIBI = BigDecimal.valueOf(1 << 30);

    public static Usage of(String resource, String used, String limit) {
        return new Usage(resource, used, limit, percent(parse(used), parse(limit)));
    }

    public static Usage of(String resource, Quantity used, Quantity limit) {
        return new Usage(resource, written(used), written(limit), percent(used, limit));
    }

    /** A quantity for people: what a node reports in kibibytes is read in gibibytes, to one decimal place. */
    private static String written(Quantity quantity) {
        String text = quantity.toString();
        BigDecimal bytes = quantity.toBigDecimal();
        if (!text.endsWith("Ki") || bytes.compareTo(MEBI) < 0) {
            return text;
        }
        boolean large = bytes.compareTo(GIBI) >= 0;
        return bytes.divide(large ? GIBI : MEBI, 1, RoundingMode.HALF_UP)
                        .stripTrailingZeros()
                        .toPlainString()
                + (large ? "Gi" : "Mi");
    }

    /** What a quantity says; zero for what is none. */
    public static Quantity parse(String text) {
        try {
            return text.isEmpty() ? Quantity.ZERO : Quantity.parse(text);
        } catch (QuantityFormatException e) {
            return Quantity.ZERO;
        }
    }

    /** What the containers of pods ask for together; {@code which} is requests or limits. */
    public static Quantity sum(List<ObjectView> pods, String which, String resource) {
        Quantity sum = Quantity.ZERO;
        for (ObjectView pod : pods) {
            for (ObjectView container : pod.items("spec", "containers")) {
                Quantity one = parse(container.text("resources", which, resource));
                // The first addend lends the sum its way of writing: Mi stays Mi.
                sum = sum.isZero() ? one : sum.add(one);
            }
        }
        return sum;
    }

    private static int percent(Quantity used, Quantity limit) {
        if (limit.signum() <= 0) {
            return used.signum() > 0 ? 100 : 0;
        }
        return used.toBigDecimal()
                .multiply(BigDecimal.valueOf(100))
                .divide(limit.toBigDecimal(), 0, RoundingMode.HALF_UP)
                .min(BigDecimal.valueOf(999))
                .intValue();
    }

    /** The bar's width. */
    public int width() {
        return Math.min(100, percent);
    }

    public Level level() {
        return percent >= 100 ? Level.BAD : percent >= NEAR ? Level.BUSY : Level.GOOD;
    }

    public String style() {
        return switch (level()) {
            case BAD -> "bar bar-full";
            case BUSY -> "bar bar-near";
            default -> "bar";
        };
    }
}
