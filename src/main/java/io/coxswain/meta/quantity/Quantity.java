package io.coxswain.meta.quantity;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An amount of a resource, as upstream's {@code resource.Quantity}: exact down to nano units (finer values are rounded
 * up), at most 2^63-1. {@link #toString()} is the canonical text. Immutable; equality is that of the canonical text, so
 * {@code 1024} and {@code 1Ki} differ under {@code equals} and are equal under {@link #compareTo}.
 */
public final class Quantity implements Comparable<Quantity> {

    /** How a quantity is written. */
    public enum Format {
        /** 1500m, 12k, 3G */
        DECIMAL_SI,
        /** 12Ki, 3Gi */
        BINARY_SI,
        /** 12e3 */
        DECIMAL_EXPONENT
    }

    public static final Quantity ZERO = new Quantity(BigDecimal.ZERO, Format.DECIMAL_SI);

    private static final int NANO = 9;
    /** More digits say nothing that 2^63-1 and nano units leave room for. */
    private static final int MAX_LENGTH = 256;

    private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final BigDecimal KIBI = BigDecimal.valueOf(1024);
    private static final BigInteger BIG_KIBI = BigInteger.valueOf(1024);
    private static final String[] DECIMAL_SUFFIXES = {"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
    private static final String[] BINARY_SUFFIXES = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
    private static final Map<String, Integer> DECIMAL_EXPONENTS =
            Map.of("n", -9, "u", -6, "m", -3, "", 0, "k", 3, "M", 6, "G", 9, "T", 12, "P", 15, "E", 18);
    private static final Map<String, Integer> BINARY_EXPONENTS =
            Map.of("Ki", 10, "Mi", 20, "Gi", 30, "Ti", 40, "Pi", 50, "Ei", 60);

    private final BigDecimal value;
    private final Format format;
    private @Nullable String text;

    private Quantity(BigDecimal value, Format format) {
        this.value = value;
        this.format = format;
    }

    /** @throws QuantityFormatException with upstream's message if the text is no quantity */
    public static Quantity parse(String text) {
        int end = text.length();
        if (end == 0 || end > MAX_LENGTH) {
            throw new QuantityFormatException(QuantityFormatException.WRONG_FORMAT);
        }
        int at = text.charAt(0) == '-' || text.charAt(0) == '+' ? 1 : 0;
        boolean negative = text.charAt(0) == '-';
        int whole = at;
        at = skipDigits(text, at);
        int point = at;
        if (at < end && text.charAt(at) == '.') {
            at = skipDigits(text, at + 1);
        }
        String digits = text.substring(whole, point) + (at > point ? text.substring(point + 1, at) : "");
        int scale = at > point ? at - point - 1 : 0;
        String suffix = suffix(text, at);
        BigInteger unscaled = digits.isEmpty() ? BigInteger.ZERO : new BigInteger(digits);
        return of(new BigDecimal(negative ? unscaled.negate() : unscaled, scale), suffix);
    }

    public static Quantity of(long value, Format format) {
        return new Quantity(BigDecimal.valueOf(value), format);
    }

    /** So many thousandths, as CPU is counted. */
    public static Quantity ofMillis(long millis) {
        return new Quantity(BigDecimal.valueOf(millis, 3), Format.DECIMAL_SI);
    }

    public Quantity add(Quantity other) {
        return new Quantity(value.add(other.value), value.signum() == 0 ? other.format : format);
    }

    public Quantity subtract(Quantity other) {
        return new Quantity(value.subtract(other.value), value.signum() == 0 ? other.format : format);
    }

    public Quantity multiply(long factor) {
        return new Quantity(value.multiply(BigDecimal.valueOf(factor)), format);
    }

    /** Rounded away from zero to thousandths, as upstream stores the amounts of resource lists. */
    public Quantity roundUpToMillis() {
        return value.scale() <= 3 ? this : new Quantity(value.setScale(3, RoundingMode.UP), format);
    }

    public Quantity negate() {
        return new Quantity(value.negate(), format);
    }

    /** -1, 0 or 1. */
    public int signum() {
        return value.signum();
    }

    public boolean isZero() {
        return value.signum() == 0;
    }

    public Format format() {
        return format;
    }

    /** Whole units, rounded away from zero; at the bounds of {@code long} if there are more. */
    public long value() {
        return scaled(0);
    }

    /** Thousandths, rounded away from zero; at the bounds of {@code long} if there are more. */
    public long milliValue() {
        return scaled(3);
    }

    public BigDecimal toBigDecimal() {
        return value;
    }

    /** Whether it is a whole number of units. */
    public boolean isWhole() {
        return value.stripTrailingZeros().scale() <= 0;
    }

    @Override
    public int compareTo(Quantity other) {
        return value.compareTo(other.value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Quantity that && that.toString().equals(toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    @Override
    public String toString() {
        String known = text;
        if (known == null) {
            known = canonical();
            text = known;
        }
        return known;
    }

    private static int skipDigits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }

    private static String suffix(String text, int start) {
        int at = start;
        while (at < text.length() && "eEinumkKMGTP".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        if (at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
            at++;
        }
        if (skipDigits(text, at) < text.length()) {
            throw new QuantityFormatException(QuantityFormatException.WRONG_FORMAT);
        }
        return text.substring(start);
    }

    private static Quantity of(BigDecimal number, String suffix) {
        Integer decimal = DECIMAL_EXPONENTS.get(suffix);
        if (decimal != null) {
            return bounded(number.scaleByPowerOfTen(decimal), Format.DECIMAL_SI);
        }
        Integer binary = BINARY_EXPONENTS.get(suffix);
        if (binary != null) {
            BigDecimal value = number.multiply(KIBI.pow(binary / 10));
            boolean small = value.signum() > 0 && value.compareTo(BigDecimal.ONE) < 0;
            return bounded(value, small ? Format.DECIMAL_SI : Format.BINARY_SI);
        }
        if (suffix.length() < 2 || suffix.charAt(0) != 'e' && suffix.charAt(0) != 'E') {
            throw new QuantityFormatException(QuantityFormatException.WRONG_SUFFIX);
        }
        try {
            long exponent = Long.parseLong(suffix.substring(1));
            // Beyond this any number is the largest or the smallest one; exact arithmetic would only cost time.
            int near = (int) Math.max(-2L * MAX_LENGTH, Math.min(2L * MAX_LENGTH, exponent));
            return bounded(number.scaleByPowerOfTen(near), Format.DECIMAL_EXPONENT);
        } catch (NumberFormatException e) {
            throw new QuantityFormatException(QuantityFormatException.WRONG_SUFFIX);
        }
    }

    private static Quantity bounded(BigDecimal value, Format format) {
        BigDecimal exact = value.scale() > NANO ? value.setScale(NANO, RoundingMode.UP) : value;
        return new Quantity(exact.compareTo(MAX) > 0 ? MAX : exact, format);
    }

    private long scaled(int decimals) {
        BigInteger rounded =
                value.scaleByPowerOfTen(decimals).setScale(0, RoundingMode.UP).toBigInteger();
        return rounded.bitLength() < 64 ? rounded.longValue() : rounded.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }

    private String canonical() {
        if (value.signum() == 0) {
            return "0";
        }
        if (format == Format.BINARY_SI && isWhole() && value.abs().compareTo(KIBI) >= 0) {
            BigInteger rest = value.toBigIntegerExact();
            int power = 0;
            while (power < BINARY_SUFFIXES.length - 1) {
                BigInteger[] divided = rest.divideAndRemainder(BIG_KIBI);
                if (divided[1].signum() != 0) {
                    break;
                }
                rest = divided[0];
                power++;
            }
            return rest + BINARY_SUFFIXES[power];
        }
        BigDecimal stripped = value.stripTrailingZeros();
        int exponent = Math.floorDiv(-stripped.scale(), 3) * 3;
        if (format != Format.DECIMAL_EXPONENT) {
            exponent = Math.min(exponent, 18);
        }
        String mantissa =
                stripped.scaleByPowerOfTen(-exponent).toBigIntegerExact().toString();
        if (format == Format.DECIMAL_EXPONENT) {
            return exponent == 0 ? mantissa : mantissa + "e" + exponent;
        }
        return mantissa + DECIMAL_SUFFIXES[exponent / 3 + 3];
    }
}
