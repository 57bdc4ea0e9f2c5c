package io.coxswain.bootstrap.config;

import java.util.regex.Pattern;

/**
 * A range of IPv4 addresses in CIDR form, such as {@code 10.96.0.0/12}. The address must be the first of the range, so that
 * a slip of the pen is noticed.
 *
 * @param base the first address as an unsigned number
 * @param prefixLength 8 to 30
 */
public record Cidr(long base, int prefixLength) {
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final String WANTED = "a range of IPv4 addresses such as 10.96.0.0/12";

    public Cidr {
        if (prefixLength < 8 || prefixLength > 30 || base < 0 || base > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException(WANTED + " with a prefix from /8 to /30");
        }
        if (base % (1L << (32 - prefixLength)) != 0) {
            throw new IllegalArgumentException(WANTED + ", starting at the range's first address");
        }
    }

    /** @throws IllegalArgumentException if {@code text} is no range of IPv4 addresses */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("\\d{1,2}")) {
            throw new IllegalArgumentException(WANTED);
        }
        return new Cidr(number(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    /** The unsigned number of a dotted address. @throws IllegalArgumentException if it is none */
    public static long number(String address) {
        if (!ADDRESS.matcher(address).matches()) {
            throw new IllegalArgumentException("an IPv4 address");
        }
        long number = 0;
        for (String part : address.split("\\.")) {
            int octet = Integer.parseInt(part);
            if (octet > 255 || (part.length() > 1 && part.startsWith("0"))) {
                throw new IllegalArgumentException("an IPv4 address");
            }
            number = number << 8 | octet;
        }
        return number;
    }

    /** How many addresses there are, the first and the last included. */
    public long size() {
        return 1L << (32 - prefixLength);
    }

    /** The address {@code offset} places after the first, dotted. */
    public String address(long offset) {
        if (offset < 0 || offset >= size()) {
            throw new IndexOutOfBoundsException(offset + " is outside " + this);
        }
        return dotted(base + offset);
    }

    /** Whether a dotted address lies in the range; false for anything that is no IPv4 address. */
    public boolean contains(String address) {
        try {
            long number = number(address);
            return number >= base && number < base + size();
        } catch (IllegalArgumentException notAnAddress) {
            return false;
        }
    }

    @Override
    public String toString() {
        return dotted(base) + "/" + prefixLength;
    }

    private static String dotted(long number) {
        return (number >> 24) + "." + (number >> 16 & 255) + "." + (number >> 8 & 255) + "." + (number & 255);
    }
}
