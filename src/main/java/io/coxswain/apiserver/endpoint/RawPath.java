package io.coxswain.apiserver.endpoint;

import io.coxswain.meta.ApiException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Paths that one reader takes for another path than the next: encoded dots and slashes, backslashes, control characters.
 * No object of Kubernetes has them in its name, so nothing is lost by refusing them all (Servlet 6.0, section 3.5.2).
 */
final class RawPath {
    private static final Pattern SUSPICIOUS = Pattern.compile("%(?:2e|2f|5c|23|0.|1.|7f)|[\\\\#\\x00-\\x1f\\x7f]");

    private RawPath() {}

    /** @param path as it came, percent-encoded */
    static boolean isPlain(String path) {
        return isHarmless(path)
                || !SUSPICIOUS.matcher(path.toLowerCase(Locale.ROOT)).find();
    }

    /** Whether nothing in the path needs a closer look, as is nearly always so. */
    private static boolean isHarmless(String path) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '%' || c == '\\' || c == '#' || c < ' ' || c == 0x7f) {
                return false;
            }
        }
        return true;
    }

    static ApiException refusal() {
        return ApiException.badRequest(
                "the request's path has an encoded dot, slash or control character, or a backslash in it");
    }
}
