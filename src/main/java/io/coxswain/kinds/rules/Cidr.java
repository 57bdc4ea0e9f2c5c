package io.coxswain.kinds.rules;

import java.math.BigInteger;
import java.net.InetAddress;

/** Address ranges in text, such as {@code 10.244.1.0/24}. */
public final class Cidr {
    public static final String RULE = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

    private Cidr() {}

    public static boolean isValid(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return false;
        }
        String address = text.substring(0, slash);
        String length = text.substring(slash + 1);
        boolean digits =
                !length.isEmpty() && length.length() <= 3 && length.chars().allMatch(Character::isDigit);
        if (!digits) {
            return false;
        }
        int bits = Integer.parseInt(length);
        return (IpAddresses.isV4(address) && bits <= 32) || (IpAddresses.isV6(address) && bits <= 128);
    }

    /** Whether the address is the first of its range, as ranges are written. The text must be valid. */
    public static boolean isCanonical(String text) {
        int slash = text.indexOf('/');
        InetAddress address = IpAddresses.parse(text.substring(0, slash)).orElseThrow();
        int bits = address.getAddress().length * 8;
        int host = bits - Integer.parseInt(text.substring(slash + 1));
        BigInteger number = new BigInteger(1, address.getAddress());
        return number.shiftRight(host).shiftLeft(host).equals(number) && address.getHostAddress() != null;
    }

    public static boolean isV4(String text) {
        return text.indexOf(':') < 0;
    }

    /** Whether one range lies in another, or is the same. Both must be valid. */
    public static boolean isWithin(String inner, String outer) {
        return inner.equals(outer) || isStrictlyWithin(inner, outer);
    }

    /** Whether an address lies in a range. Both must be valid. */
    public static boolean contains(String range, String address) {
        return isWithin(address + (isV4(address) ? "/32" : "/128"), range);
    }

    /** Whether one range lies in another, and is not the whole of it. Both must be valid. */
    public static boolean isStrictlyWithin(String inner, String outer) {
        if (isV4(inner) != isV4(outer)) {
            return false;
        }
        int innerBits = Integer.parseInt(inner.substring(inner.indexOf('/') + 1));
        int outerBits = Integer.parseInt(outer.substring(outer.indexOf('/') + 1));
        int host = (isV4(outer) ? 32 : 128) - outerBits;
        return innerBits > outerBits
                && number(inner).shiftRight(host).equals(number(outer).shiftRight(host));
    }

    private static BigInteger number(String range) {
        return new BigInteger(
                1,
                IpAddresses.parse(range.substring(0, range.indexOf('/')))
                        .orElseThrow()
                        .getAddress());
    }
}
