package io.coxswain.apiserver.endpoint;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.stream.Stream;

/** The token of a WebSocket client in a browser, which can set no header: it comes as if it were a subprotocol. */
final class BearerProtocol {
    static final String PREFIX = "base64url.bearer.authorization.k8s.io.";

    private BearerProtocol() {}

    /** The {@code Authorization} header, or what stands for it; {@code ""} if there is neither. */
    static String authorization(HttpServletRequest http) {
        String header = RequestReader.header(http, "Authorization");
        if (!header.isEmpty() || !WebSocketUpgrade.isAsked(http)) {
            return header;
        }
        return Collections.list(http.getHeaders("Sec-WebSocket-Protocol")).stream()
                .flatMap(line -> Stream.of(line.split(",")))
                .map(String::strip)
                .filter(name -> name.startsWith(PREFIX))
                .map(name -> decode(name.substring(PREFIX.length())))
                .filter(token -> !token.isEmpty())
                .map(token -> "Bearer " + token)
                .findFirst()
                .orElse("");
    }

    private static String decode(String text) {
        try {
            return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
