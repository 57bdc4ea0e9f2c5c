package io.coxswain.kinds.rules;

/** Address ranges in text, such as {@code 10.244.1.0/24}. */
public final class Cidr {
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
}
