package io.coxswain.meta;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one error that reaches API clients: it carries the {@link Status} to answer with. The factories are named and
 * worded as upstream's {@code apimachinery/pkg/api/errors}.
 */
public class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Status status;

    public ApiException(Status status) {
        super(status.message());
        this.status = status;
    }

    public ApiException(Status status, Throwable cause) {
        super(status.message(), cause);
        this.status = status;
    }

    /** The status's message; never {@code null}. */
    @Override
    public String getMessage() {
        return status.message();
    }

    public Status status() {
        return status;
    }

    public int code() {
        return status.code();
    }

    public boolean isNotFound() {
        return status.code() == 404;
    }

    public boolean isConflict() {
        return status.code() == 409 && "Conflict".equals(status.reason());
    }

    public boolean isAlreadyExists() {
        return status.code() == 409 && "AlreadyExists".equals(status.reason());
    }

    public boolean isExpired() {
        return status.code() == 410;
    }

    public static ApiException badRequest(String message) {
        return of(400, "BadRequest", message, null);
    }

    public static ApiException unauthorized(String message) {
        return of(401, "Unauthorized", message.isEmpty() ? "Unauthorized" : message, null);
    }

    /** 403 about one object: {@code pods "x" is forbidden: why}. */
    public static ApiException forbidden(GroupResource resource, String name, String why) {
        String message = name.isEmpty()
                ? resource + " is forbidden: " + why
                : resource + " \"" + name + "\" is forbidden: " + why;
        return of(403, "Forbidden", message, details(resource, name));
    }

    /** 403 with a message of its own, for paths that are no resource. */
    public static ApiException forbidden(String message) {
        return of(403, "Forbidden", message, null);
    }

    public static ApiException notFound(GroupResource resource, String name) {
        return of(404, "NotFound", resource + " \"" + name + "\" not found", details(resource, name));
    }

    /** 404 for a path that nothing serves. */
    public static ApiException pathNotFound() {
        return of(
                404,
                "NotFound",
                "the server could not find the requested resource",
                new Status.Details("", "", "", "", List.of(), 0));
    }

    public static ApiException alreadyExists(GroupResource resource, String name) {
        return of(409, "AlreadyExists", resource + " \"" + name + "\" already exists", details(resource, name));
    }

    public static ApiException conflict(GroupResource resource, String name, String why) {
        return of(
                409,
                "Conflict",
                "Operation cannot be fulfilled on " + resource + " \"" + name + "\": " + why,
                details(resource, name));
    }

    /** The conflict of optimistic locking: somebody wrote the object since it was read. */
    public static ApiException modified(GroupResource resource, String name) {
        return conflict(
                resource,
                name,
                "the object has been modified; please apply your changes to the latest version and try again");
    }

    /** 410: a revision or continue token that history no longer reaches. */
    public static ApiException expired(String message) {
        return of(410, "Expired", message, null);
    }

    public static ApiException invalid(GroupVersionKind kind, String name, List<FieldError> errors) {
        List<Status.Cause> causes = errors.stream().map(FieldError::toCause).toList();
        String joined = errors.size() == 1
                ? errors.get(0).toString()
                : "["
                        + String.join(
                                ", ",
                                errors.stream()
                                        .map(FieldError::toString)
                                        .distinct()
                                        .toList()) + "]";
        return of(
                422,
                "Invalid",
                kind.groupKind() + " \"" + name + "\" is invalid: " + joined,
                new Status.Details(name, kind.group(), kind.kind(), "", causes, 0));
    }

    public static ApiException methodNotSupported(GroupResource resource, String verb) {
        return of(
                405,
                "MethodNotAllowed",
                verb + " is not supported on resources of kind \"" + resource + "\"",
                details(resource, ""));
    }

    /** 405 for a method that nothing serves at the path. */
    public static ApiException methodNotAllowed() {
        return of(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", null);
    }

    public static ApiException notAcceptable(String message) {
        return of(406, "NotAcceptable", message, null);
    }

    public static ApiException tooLarge(String message) {
        return of(413, "RequestEntityTooLarge", message, null);
    }

    public static ApiException unsupportedMediaType(String message) {
        return of(415, "UnsupportedMediaType", message, null);
    }

    public static ApiException tooManyRequests(String message, int retryAfterSeconds) {
        return of(429, "TooManyRequests", message, new Status.Details("", "", "", "", List.of(), retryAfterSeconds));
    }

    /** 500: a fault of the server's own. The caller logs the cause once. */
    public static ApiException internalError(String message, Throwable cause) {
        return new ApiException(
                Status.failure(
                        500,
                        "InternalError",
                        "Internal error occurred: " + message,
                        new Status.Details("", "", "", "", List.of(new Status.Cause("", message, "")), 0)),
                cause);
    }

    public static ApiException unavailable(String message) {
        return of(503, "ServiceUnavailable", message, null);
    }

    public static ApiException timeout(String message, int retryAfterSeconds) {
        return of(504, "Timeout", message, new Status.Details("", "", "", "", List.of(), retryAfterSeconds));
    }

    /** Any other failure. */
    public static ApiException of(int code, String reason, String message, Status.@Nullable Details details) {
        return new ApiException(Status.failure(code, reason, message, details));
    }

    private static Status.Details details(GroupResource resource, String name) {
        return new Status.Details(name, resource.group(), resource.resource(), "", List.of(), 0);
    }
}
