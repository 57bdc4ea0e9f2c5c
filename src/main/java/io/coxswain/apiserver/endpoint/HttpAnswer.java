package io.coxswain.apiserver.endpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/**
 * An answer ready to be sent.
 *
 * @param headers by name; one entry a line
 * @param length of the body in bytes; -1 if it is not known before it is written
 */
record HttpAnswer(int code, String contentType, Map<String, List<String>> headers, long length, Body body) {

    /** The answer to a {@code HEAD}: it tells the length of the body that a {@code GET} would have. */
    HttpAnswer withoutBody() {
        return new HttpAnswer(code, contentType, headers, length, out -> {});
    }

    /** Writes the body once. */
    interface Body {
        void writeTo(OutputStream out) throws IOException;
    }
}
