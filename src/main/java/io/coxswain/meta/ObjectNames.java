package io.coxswain.meta;

import java.util.List;

/** Rules for object names, worded as upstream's {@code util/validation}. */
public final class ObjectNames {
    private static final String SUBDOMAIN_RULE =
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start"
                    + " and end with an alphanumeric character (e.g. 'example.com', regex used for validation is"
                    + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private static final String LABEL_RULE =
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end"
                    + " with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is"
                    + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    private static final String LABEL_1035_RULE =
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic"
                    + " character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for"
                    + " validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    private ObjectNames() {}

    /** What keeps {@code name} from being an RFC 1123 subdomain; empty if nothing. A prefix may end in a dash. */
    public static List<String> dnsSubdomain(String name, boolean prefix) {
        String value = maskTrailingDash(name, prefix);
        if (value.length() > 253) {
            return List.of("must be no more than 253 characters");
        }
        for (String part : value.split("\\.", -1)) {
            if (!isLabel(part, true)) {
                return List.of(SUBDOMAIN_RULE);
            }
        }
        return List.of();
    }

    /** What keeps {@code name} from being an RFC 1123 label; empty if nothing. */
    public static List<String> dnsLabel(String name, boolean prefix) {
        return label(maskTrailingDash(name, prefix), true, LABEL_RULE);
    }

    /** What keeps {@code name} from being an RFC 1035 label, which starts with a letter; empty if nothing. */
    public static List<String> dns1035Label(String name, boolean prefix) {
        return label(maskTrailingDash(name, prefix), false, LABEL_1035_RULE);
    }

    /** What keeps {@code name} from being a segment of a path; empty if nothing. RBAC names follow this rule. */
    public static List<String> pathSegment(String name, boolean prefix) {
        if (!prefix && (name.equals(".") || name.equals(".."))) {
            return List.of("may not be '" + name + "'");
        }
        if (name.contains("/")) {
            return List.of("may not contain '/'");
        }
        return name.contains("%") ? List.of("may not contain '%'") : List.of();
    }

    private static List<String> label(String value, boolean digitFirst, String rule) {
        if (value.length() > 63) {
            return List.of("must be no more than 63 characters");
        }
        return isLabel(value, digitFirst) ? List.of() : List.of(rule);
    }

    private static boolean isLabel(String value, boolean digitFirst) {
        if (value.isEmpty()) {
            return false;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean letter = c >= 'a' && c <= 'z';
            boolean digit = c >= '0' && c <= '9';
            boolean inside = i > 0 && i < value.length() - 1;
            boolean allowed = letter || (digit && (i > 0 || digitFirst)) || (c == '-' && inside);
            if (!allowed) {
                return false;
            }
        }
        return true;
    }

    private static String maskTrailingDash(String name, boolean prefix) {
        return prefix && name.length() > 1 && name.endsWith("-") ? name.substring(0, name.length() - 1) + "a" : name;
    }
}
