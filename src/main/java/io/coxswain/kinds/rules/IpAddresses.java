package io.coxswain.kinds.rules;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** IP addresses in text, without ever asking DNS. */
public final class IpAddresses {
    private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern V4 = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");
    private static final Pattern V6_CHARACTERS = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");
    private static final int LONGEST = 45;

    private IpAddresses() {}

    public static boolean isValid(String text) {
        return isV4(text) || isV6(text);
    }

    public static boolean isV4(String text) {
        return V4.matcher(text).matches();
    }

    public static boolean isV6(String text) {
        return text.length() <= LONGEST
                && V6_CHARACTERS.matcher(text).matches()
                && parse(text).isPresent();
    }

    /** Whether an address is written in its one shortest form: lower case, the longest run of zeroes left out. */
    public static boolean isCanonical(String text) {
        return isV4(text) || (isV6(text) && text.equals(shortest(text)));
    }

    private static String shortest(String text) {
        byte[] bytes = parse(text).orElseThrow().getAddress();
        int[] words = new int[bytes.length / 2];
        for (int i = 0; i < words.length; i++) {
            words[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
        }
        int start = -1;
        int longest = 1;
        for (int i = 0; i < words.length; i++) {
            int end = i;
            while (end < words.length && words[end] == 0) {
                end++;
            }
            if (end - i > longest) {
                start = i;
                longest = end - i;
            }
            i = Math.max(i, end);
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < words.length; i++) {
            if (i == start) {
                out.append("::");
                i += longest - 1;
                continue;
            }
            if (out.length() > 0 && out.charAt(out.length() - 1) != ':') {
                out.append(':');
            }
            out.append(Integer.toHexString(words[i]));
        }
        return out.toString();
    }

    /** The address; empty if the text is none. Texts that are not of an address's form are never looked up. */
    public static Optional<InetAddress> parse(String text) {
        if (!V4.matcher(text).matches() && !V6_CHARACTERS.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text)); // a literal: no look-up
        } catch (UnknownHostException malformed) {
            return Optional.empty();
        }
    }

    /** Why endpoints may not have this address; {@code ""} if they may. */
    public static String specialRange(String text) {
        InetAddress address = parse(text).orElse(null);
        if (address == null) {
            return "";
        }
        if (address.isAnyLocalAddress()) {
            return "may not be unspecified (" + text + ")";
        }
        if (address.isLoopbackAddress()) {
            return "may not be in the loopback range (127.0.0.0/8, ::1/128)";
        }
        if (address.isLinkLocalAddress()) {
            return "may not be in the link-local range (169.254.0.0/16, fe80::/10)";
        }
        return address.isMCLinkLocal() ? "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)" : "";
    }
}
