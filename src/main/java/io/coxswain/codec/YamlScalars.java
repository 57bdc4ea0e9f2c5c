package io.coxswain.codec;

import io.coxswain.meta.JsonTrees;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/** What plain scalars mean, by the rules of go-yaml v2, which is upstream's YAML. */
final class YamlScalars extends Resolver {
    private static final int MAX_NUMBER_LENGTH = 400;

    @Override
    protected void addImplicitResolvers() {
        // None: resolve() below decides alone.
    }

    @Override
    public Tag resolve(NodeId kind, @Nullable String value, boolean implicit) {
        if (kind != NodeId.scalar || !implicit || value == null) {
            return switch (kind) {
                case sequence -> Tag.SEQ;
                case mapping -> Tag.MAP;
                default -> Tag.STR;
            };
        }
        return tagOf(value);
    }

    private static Tag tagOf(String value) {
        return switch (value) {
            case "", "~", "null", "Null", "NULL" -> Tag.NULL;
            case "<<" -> Tag.MERGE;
            case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE" -> Tag.BOOL;
            case "n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE" -> Tag.BOOL;
            case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF" ->
                Tag.FLOAT;
            default -> {
                char first = value.charAt(0);
                boolean number = first >= '0' && first <= '9' || first == '+' || first == '-' || first == '.';
                if (!number || value.length() > MAX_NUMBER_LENGTH) {
                    yield Tag.STR;
                }
                yield integer(value) != null ? Tag.INT : isFloat(value) ? Tag.FLOAT : Tag.STR;
            }
        };
    }

    static boolean flag(String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "y", "yes", "on", "true" -> true;
            default -> false;
        };
    }

    /** The number that a scalar of the tag int or float stands for; {@code null} if it stands for none. */
    static @Nullable JsonValue number(String value) {
        BigInteger whole = integer(value);
        if (whole != null) {
            // Go holds 64 bits and goes over to floating point beyond.
            return whole.bitLength() < 64
                    ? JsonTrees.number(whole.longValue())
                    : whole.signum() > 0 && whole.bitLength() == 64
                            ? JsonTrees.number(whole)
                            : floating(whole.doubleValue());
        }
        return isFloat(value) ? floating(Double.parseDouble(value.replace("_", ""))) : null;
    }

    private static JsonValue floating(double value) {
        if (!Double.isFinite(value)) {
            throw new CodecException("json: unsupported value: " + (value > 0 ? "+Inf" : value < 0 ? "-Inf" : "NaN"));
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e21) {
            return JsonTrees.number(new BigDecimal(value).toBigIntegerExact());
        }
        return JsonTrees.number(new BigDecimal(Double.toString(value)));
    }

    /** A whole number in base 10, 16 ({@code 0x}), 8 ({@code 0} or {@code 0o}) or 2 ({@code 0b}). */
    private static @Nullable BigInteger integer(String value) {
        String text = value.replace("_", "");
        boolean negative = text.startsWith("-");
        String digits = negative || text.startsWith("+") ? text.substring(1) : text;
        int radix = 10;
        if (digits.length() > 1 && digits.charAt(0) == '0') {
            char mark = Character.toLowerCase(digits.charAt(1));
            radix = mark == 'x' ? 16 : mark == 'b' ? 2 : 8;
            digits = digits.substring(mark == 'x' || mark == 'b' || mark == 'o' ? 2 : 1);
        }
        if (digits.isEmpty()) {
            return null;
        }
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c >= 0x80 || Character.digit(c, radix) < 0) {
                return null;
            }
        }
        BigInteger number = new BigInteger(digits, radix);
        return negative ? number.negate() : number;
    }

    private static boolean isFloat(String value) {
        String text = value.replace("_", "");
        int at = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        int whole = digits(text, at);
        int end = whole;
        if (end < text.length() && text.charAt(end) == '.') {
            end = digits(text, end + 1);
            if (end - at < 2) {
                return false;
            }
        } else if (whole == at) {
            return false;
        }
        if (end < text.length() && (text.charAt(end) == 'e' || text.charAt(end) == 'E')) {
            int exponent = end + 1;
            if (exponent < text.length() && (text.charAt(exponent) == '-' || text.charAt(exponent) == '+')) {
                exponent++;
            }
            end = digits(text, exponent);
            if (end == exponent) {
                return false;
            }
        }
        return end == text.length();
    }

    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }
}
