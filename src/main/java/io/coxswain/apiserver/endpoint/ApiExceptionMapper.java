package io.coxswain.apiserver.endpoint;

import io.coxswain.meta.ApiException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import org.jspecify.annotations.Nullable;

/** The one place where failures of plain requests become HTTP. */
@Provider
public class ApiExceptionMapper implements ExceptionMapper<Throwable> {
    @Context
    private @Nullable HttpServletRequest request;

    @Override
    public Response toResponse(Throwable failure) {
        // JAX-RS sees the request without the headers that it must not act on.
        String accept = request != null && request.getAttribute(ApiFilter.ORIGINAL) instanceof HttpServletRequest http
                ? RequestReader.header(http, "Accept")
                : "";
        return ApiResource.toJaxRs(AnswerEncoder.error(toApiException(failure), accept));
    }

    private static ApiException toApiException(Throwable failure) {
        if (failure instanceof ApiException known) {
            return known;
        }
        if (failure instanceof WebApplicationException http
                && http.getResponse().getStatus() < 500) {
            int code = http.getResponse().getStatus();
            return switch (code) {
                case 404 -> ApiException.pathNotFound();
                case 405 -> ApiException.methodNotAllowed();
                case 406 -> ApiException.notAcceptable(String.valueOf(failure.getMessage()));
                case 415 -> ApiException.unsupportedMediaType(String.valueOf(failure.getMessage()));
                default -> ApiException.of(code, "BadRequest", String.valueOf(failure.getMessage()), null);
            };
        }
        return HttpAnswers.fault(failure);
    }
}
