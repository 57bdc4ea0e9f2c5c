package io.coxswain.meta.patch;

import io.coxswain.meta.ApiException;
import io.coxswain.meta.Status;
import java.util.List;

/** Makes the errors of patches, with upstream's codes and messages. */
final class PatchException {
    static final String BAD_PRIMITIVE_LIST = "invalid patch format of primitive list";
    static final String BAD_RETAIN_KEYS = "invalid patch format of retainKeys";
    static final String BAD_ELEMENT_ORDER = "invalid patch format of setElementOrder list";
    static final String LIST_OF_LISTS = "lists of lists are not supported";

    private PatchException() {}

    /** 400: the patch is no patch. */
    static ApiException malformed(String message) {
        return ApiException.badRequest(message);
    }

    /** 422: the patch does not fit the object. The message is all that upstream tells; the cause says what it was. */
    static ApiException unprocessable(String cause) {
        return new ApiException(
                Status.failure(
                        422,
                        "Invalid",
                        "the server rejected our request due to an error in our request",
                        new Status.Details("", "", "", "", List.of(), 0)),
                new IllegalArgumentException(cause));
    }
}
