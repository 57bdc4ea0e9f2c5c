package io.coxswain.bootstrap.config;

import java.time.Duration;

/** Checks of the records' compact constructors; each failure names the key. */
final class Rule {
    private Rule() {}

    static void port(String key, int port) {
        range(key, port, 1, 65535);
    }

    static void range(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw new InvalidSettingException(key, value, "a number from " + least + " to " + most);
        }
    }

    static void between(String key, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new InvalidSettingException(key, value, "a duration from " + least + " to " + most);
        }
    }

    static void address(String key, String value) {
        try {
            Cidr.number(value);
        } catch (IllegalArgumentException notAnAddress) {
            throw new InvalidSettingException(key, value, "an IPv4 address");
        }
    }

    static void matches(String key, String value, String pattern, String wanted) {
        if (!value.matches(pattern)) {
            throw new InvalidSettingException(key, value, wanted);
        }
    }
}
