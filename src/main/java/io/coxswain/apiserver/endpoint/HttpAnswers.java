package io.coxswain.apiserver.endpoint;

import io.coxswain.apiserver.request.ApiRequest;
import io.coxswain.apiserver.request.ApiResponse;
import io.coxswain.meta.ApiException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;

/** Sends answers on a servlet response. Stateless. */
final class HttpAnswers {
    private static final System.Logger LOG = System.getLogger(HttpAnswers.class.getName());

    private HttpAnswers() {}

    static HttpAnswer encode(HttpServletRequest http, ApiRequest request, ApiResponse response) throws IOException {
        boolean gzip = RequestReader.header(http, "Accept-Encoding")
                .toLowerCase(Locale.ROOT)
                .contains("gzip");
        return AnswerEncoder.encode(request, response, RequestReader.header(http, "If-None-Match"), gzip);
    }

    /** What a request that failed is answered. */
    static HttpAnswer failed(HttpServletRequest http, ApiException failure) {
        return AnswerEncoder.error(failure, RequestReader.header(http, "Accept"));
    }

    static void send(HttpAnswer answer, HttpServletResponse out) throws IOException {
        out.setStatus(answer.code());
        out.setContentType(answer.contentType());
        answer.headers().forEach((name, values) -> values.forEach(value -> out.addHeader(name, value)));
        if (answer.length() >= 0) {
            out.setContentLengthLong(answer.length());
        }
        answer.body().writeTo(out.getOutputStream());
    }

    /** A fault of ours: logged here, once, with a number that the client sees too. */
    static ApiException fault(Throwable cause) {
        String id = java.util.UUID.randomUUID().toString();
        LOG.log(System.Logger.Level.ERROR, "request failed, reference " + id, cause);
        return ApiException.internalError("see the server's log, reference " + id, cause);
    }
}
