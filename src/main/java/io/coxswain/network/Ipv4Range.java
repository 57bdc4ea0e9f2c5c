package io.coxswain.network;

/**
 * A range of IPv4 addresses in CIDR form.
 *
 * @param network the first address, as an unsigned 32-bit number
 * @param prefixLength 0 to 32
 */
public record Ipv4Range(long network, int prefixLength) {

    /** @throws IllegalArgumentException if the text is not {@code a.b.c.d/n}, or has host bits set */
    public static Ipv4Range parse(String cidr) {
        int slash = cidr.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("no CIDR: " + cidr);
        }
        int length = Integer.parseInt(cidr.substring(slash + 1));
        long address = parseAddress(cidr.substring(0, slash));
        if (length < 0 || length > 32 || (address & (sizeOf(length) - 1)) != 0) {
            throw new IllegalArgumentException("no CIDR: " + cidr);
        }
        return new Ipv4Range(address, length);
    }

    /** How many addresses there are. */
    public long size() {
        return sizeOf(prefixLength);
    }

    /** The address at an offset, in dotted form. */
    public String address(long offset) {
        return format(network + offset);
    }

    public boolean contains(String address) {
        return isAddress(address) && offsetOf(address) >= 0 && offsetOf(address) < size();
    }

    /** How far behind the first address this one is; negative or beyond {@link #size()} if it is outside. */
    public long offsetOf(String address) {
        return parseAddress(address) - network;
    }

    /** Whether the text is a dotted IPv4 address without leading zeros. */
    public static boolean isAddress(String text) {
        try {
            parseAddress(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The unsigned number of a dotted address. */
    public static long parseAddress(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            throw new IllegalArgumentException("no IPv4 address: " + text);
        }
        long address = 0;
        for (String part : parts) {
            boolean plausible = !part.isEmpty()
                    && part.length() <= 3
                    && part.chars().allMatch(c -> c >= '0' && c <= '9')
                    && (part.length() == 1 || part.charAt(0) != '0');
            int value = plausible ? Integer.parseInt(part) : 256;
            if (value > 255) {
                throw new IllegalArgumentException("no IPv4 address: " + text);
            }
            address = address << 8 | value;
        }
        return address;
    }

    private static String format(long address) {
        return (address >> 24 & 255) + "." + (address >> 16 & 255) + "." + (address >> 8 & 255) + "." + (address & 255);
    }

    private static long sizeOf(int length) {
        return 1L << (32 - length);
    }

    @Override
    public String toString() {
        return format(network) + "/" + prefixLength;
    }
}
