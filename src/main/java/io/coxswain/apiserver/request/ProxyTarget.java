package io.coxswain.apiserver.request;

/**
 * The backend that a request through {@code /proxy} goes to.
 *
 * @param scheme {@code http} or {@code https}; with https any certificate is taken, as upstream
 * @param host an address or a name
 */
public record ProxyTarget(String scheme, String host, int port) {
    /** Host and port as a URL has them; without the port that the scheme implies. */
    public String authority() {
        String shown = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return port == (scheme.equals("https") ? 443 : 80) ? shown : shown + ":" + port;
    }
}
