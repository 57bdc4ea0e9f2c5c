package io.coxswain.network.backend;

import io.coxswain.meta.ApiException;

/**
 * What stands for the name in a URL with {@code /proxy}: {@code [scheme:]name[:port]}.
 *
 * @param scheme {@code http} or {@code https}
 * @param port a number or a name; {@code ""} if there is none
 */
record BackendName(String scheme, String name, String port) {
    /**
     * @param what is asked for, such as {@code service}
     * @throws ApiException 400 if the text is none of the forms
     */
    static BackendName parse(String text, String what) {
        String[] parts = text.split(":", -1);
        boolean schemed = parts.length == 3;
        String scheme = schemed ? parts[0] : "";
        String name = schemed ? parts[1] : parts[0];
        String port = schemed ? parts[2] : parts.length == 2 ? parts[1] : "";
        boolean known = scheme.isEmpty() || scheme.equals("http") || scheme.equals("https");
        if (parts.length > 3 || name.isEmpty() || !known) {
            throw ApiException.badRequest("invalid " + what + " request \"" + text + "\"");
        }
        return new BackendName(scheme.isEmpty() ? "http" : scheme, name, port);
    }

    /** The port as a number; without one that of the scheme. @throws ApiException 400 if it is no port */
    int portNumber(String given) {
        if (given.isEmpty()) {
            return scheme.equals("https") ? 443 : 80;
        }
        if (given.matches("[0-9]{1,5}")) {
            int number = Integer.parseInt(given);
            if (number >= 1 && number <= 65535) {
                return number;
            }
        }
        throw ApiException.badRequest("invalid port \"" + given + "\"");
    }
}
