package io.coxswain.meta.validation;

import java.util.ArrayList;
import java.util.List;

/**
 * The rules for names, label keys and label values. Each method answers with upstream's messages, none if all is well.
 * Written without regular expressions: every request runs through them.
 */
public final class Names {
    private static final int LABEL_LENGTH = 63;
    private static final int SUBDOMAIN_LENGTH = 253;

    private static final String QUALIFIED_NAME =
            "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric"
                    + " character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is"
                    + " '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    private static final String SUBDOMAIN =
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must"
                    + " start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is"
                    + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private Names() {}

    /** A lower-case DNS label (RFC 1123): at most 63 of {@code [-a-z0-9]}. */
    public static List<String> dns1123Label(String value) {
        List<String> errors = new ArrayList<>();
        if (utf8Length(value) > LABEL_LENGTH) {
            errors.add(maxLength(LABEL_LENGTH));
        }
        if (!isDnsLabel(value, 0, value.length())) {
            // A name with dots was probably meant as a subdomain; upstream says so in one message.
            errors.add(
                    isSubdomain(value)
                            ? "must not contain dots"
                            : "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-',"
                                    + " and must start and end with an alphanumeric character (e.g. 'my-name',  or"
                                    + " '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')");
        }
        return errors;
    }

    /** DNS labels joined by dots, at most 253 characters. */
    public static List<String> dns1123Subdomain(String value) {
        List<String> errors = new ArrayList<>();
        if (utf8Length(value) > SUBDOMAIN_LENGTH) {
            errors.add(maxLength(SUBDOMAIN_LENGTH));
        }
        if (!isSubdomain(value)) {
            errors.add(SUBDOMAIN);
        }
        return errors;
    }

    /** A DNS label that starts with a letter (RFC 1035), as Services are named. */
    public static List<String> dns1035Label(String value) {
        List<String> errors = new ArrayList<>();
        if (utf8Length(value) > LABEL_LENGTH) {
            errors.add(maxLength(LABEL_LENGTH));
        }
        if (!isDnsLabel(value, 0, value.length()) || isDigit(value.charAt(0))) {
            errors.add("a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an"
                    + " alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123',"
                    + " regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')");
        }
        return errors;
    }

    /** A name that may have a DNS subdomain and a slash before it, as label keys and finalizers have. */
    public static List<String> qualifiedName(String value) {
        List<String> errors = new ArrayList<>();
        int slash = value.indexOf('/');
        String name = value;
        if (slash >= 0) {
            if (value.indexOf('/', slash + 1) >= 0) {
                errors.add("a qualified name " + QUALIFIED_NAME
                        + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
                return errors;
            }
            String prefix = value.substring(0, slash);
            name = value.substring(slash + 1);
            if (prefix.isEmpty()) {
                errors.add("prefix part must be non-empty");
            } else {
                dns1123Subdomain(prefix).forEach(error -> errors.add("prefix part " + error));
            }
        }
        if (name.isEmpty()) {
            errors.add("name part must be non-empty");
        } else if (utf8Length(name) > LABEL_LENGTH) {
            errors.add("name part " + maxLength(LABEL_LENGTH));
        }
        if (!isQualifiedPart(name)) {
            errors.add("name part " + QUALIFIED_NAME);
        }
        return errors;
    }

    /** A label's value: empty, or at most 63 characters that start and end alphanumeric. */
    public static List<String> labelValue(String value) {
        List<String> errors = new ArrayList<>();
        if (utf8Length(value) > LABEL_LENGTH) {
            errors.add(maxLength(LABEL_LENGTH));
        }
        if (!value.isEmpty() && !isQualifiedPart(value)) {
            errors.add("a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.',"
                    + " and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or"
                    + " '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')");
        }
        return errors;
    }

    /** A name that is one segment of a path, as RBAC's objects are named: no slash, no percent, no dots alone. */
    public static List<String> pathSegment(String value) {
        List<String> errors = new ArrayList<>();
        if (value.equals(".") || value.equals("..")) {
            errors.add("may not be '" + value + "'");
            return errors;
        }
        if (value.indexOf('/') >= 0) {
            errors.add("may not contain '/'");
        }
        if (value.indexOf('%') >= 0) {
            errors.add("may not contain '%'");
        }
        return errors;
    }

    /** {@link #dns1123Label(String)}, or the same for a {@code generateName} if it is a prefix. */
    public static List<String> dns1123Label(String value, boolean prefix) {
        return dns1123Label(prefix ? maskTrailingDash(value) : value);
    }

    /** {@link #dns1123Subdomain(String)}, or the same for a {@code generateName} if it is a prefix. */
    public static List<String> dns1123Subdomain(String value, boolean prefix) {
        return dns1123Subdomain(prefix ? maskTrailingDash(value) : value);
    }

    /** {@link #dns1035Label(String)}, or the same for a {@code generateName} if it is a prefix. */
    public static List<String> dns1035Label(String value, boolean prefix) {
        return dns1035Label(prefix ? maskTrailingDash(value) : value);
    }

    /** {@link #pathSegment(String)}, or the same for a {@code generateName}, which may be dots, if it is a prefix. */
    public static List<String> pathSegment(String value, boolean prefix) {
        return prefix && (value.equals(".") || value.equals("..")) ? List.of() : pathSegment(value);
    }

    /** A {@code generateName}, to which letters and digits will be added: a dash at its end is no fault. */
    static String maskTrailingDash(String prefix) {
        return prefix.length() > 1 && prefix.endsWith("-") ? prefix.substring(0, prefix.length() - 2) + "a" : prefix;
    }

    /** The name of an environment variable (the relaxed rule of 1.34): printable ASCII other than {@code =}. */
    public static List<String> envVarName(String value) {
        List<String> errors = new ArrayList<>();
        if (value.isEmpty()) {
            errors.add("environment variable name must be non-empty");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < 0x20 || c > 0x7E || c == '=') {
                errors.add("a valid environment variable name must consist only of printable ASCII characters other"
                        + " than '='");
                break;
            }
        }
        return errors;
    }

    /** A key of a ConfigMap or Secret, which becomes a file's name. */
    public static List<String> configMapKey(String value) {
        List<String> errors = new ArrayList<>();
        if (utf8Length(value) > SUBDOMAIN_LENGTH) {
            errors.add(maxLength(SUBDOMAIN_LENGTH));
        }
        boolean known = !value.isEmpty();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            known &= isAlphanumeric(c) || c == '-' || c == '_' || c == '.';
        }
        if (!known) {
            errors.add("a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',"
                    + "  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')");
        }
        if (value.equals(".")) {
            errors.add("must not be '.'");
        } else if (value.equals("..")) {
            errors.add("must not be '..'");
        } else if (value.startsWith("..")) {
            errors.add("must not start with '..'");
        }
        return errors;
    }

    /** A port's number: 1 to 65535. */
    public static List<String> portNumber(long port) {
        return port >= 1 && port <= 65535 ? List.of() : List.of(inclusiveRange(1, 65535));
    }

    /** A port's name (IANA service name): at most 15 of {@code [-a-z0-9]} with a letter and no double dash. */
    public static List<String> portName(String value) {
        List<String> errors = new ArrayList<>();
        if (utf8Length(value) > 15) {
            errors.add(maxLength(15));
        }
        boolean known = !value.isEmpty();
        boolean letter = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            known &= isLowerAlphanumeric(c) || c == '-';
            letter |= c >= 'a' && c <= 'z';
        }
        if (!known) {
            errors.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        }
        if (!letter) {
            errors.add("must contain at least one letter (a-z)");
        }
        if (value.contains("--")) {
            errors.add("must not contain consecutive hyphens");
        }
        if (!value.isEmpty() && (value.charAt(0) == '-' || value.charAt(value.length() - 1) == '-')) {
            errors.add("must not begin or end with a hyphen");
        }
        return errors;
    }

    public static String maxLength(int length) {
        return "must be no more than " + length + " characters";
    }

    public static String inclusiveRange(long low, long high) {
        return "must be between " + low + " and " + high + ", inclusive";
    }

    private static boolean isSubdomain(String value) {
        int start = 0;
        while (true) {
            int dot = value.indexOf('.', start);
            int end = dot < 0 ? value.length() : dot;
            if (!isDnsLabel(value, start, end)) {
                return false;
            }
            if (dot < 0) {
                return true;
            }
            start = dot + 1;
        }
    }

    private static boolean isDnsLabel(String value, int start, int end) {
        if (start == end || value.charAt(start) == '-' || value.charAt(end - 1) == '-') {
            return false;
        }
        for (int i = start; i < end; i++) {
            char c = value.charAt(i);
            if (!isLowerAlphanumeric(c) && c != '-') {
                return false;
            }
        }
        return true;
    }

    private static boolean isQualifiedPart(String name) {
        if (name.isEmpty() || !isAlphanumeric(name.charAt(0)) || !isAlphanumeric(name.charAt(name.length() - 1))) {
            return false;
        }
        for (int i = 1; i < name.length() - 1; i++) {
            char c = name.charAt(i);
            if (!isAlphanumeric(c) && c != '-' && c != '_' && c != '.') {
                return false;
            }
        }
        return true;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLowerAlphanumeric(char c) {
        return c >= 'a' && c <= 'z' || isDigit(c);
    }

    private static boolean isAlphanumeric(char c) {
        return isLowerAlphanumeric(c) || c >= 'A' && c <= 'Z';
    }

    /** The length in UTF-8, which is what the limits count. */
    static int utf8Length(String value) {
        int count = value.length();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            count += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
        }
        return count;
    }
}
