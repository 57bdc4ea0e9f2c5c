package io.coxswain.imageregistry;

import jakarta.json.Json;

/** A failure in the words of the OCI distribution spec: a code, an HTTP status and a sentence for people. */
public class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The error codes of the OCI distribution spec that this registry gives, with their HTTP status. */
    public enum Code {
        BLOB_UNKNOWN(404),
        BLOB_UPLOAD_INVALID(416),
        BLOB_UPLOAD_UNKNOWN(404),
        DIGEST_INVALID(400),
        MANIFEST_BLOB_UNKNOWN(404),
        MANIFEST_INVALID(400),
        MANIFEST_UNKNOWN(404),
        NAME_INVALID(400),
        NAME_UNKNOWN(404),
        SIZE_INVALID(413),
        UNAUTHORIZED(401),
        DENIED(403),
        UNSUPPORTED(405),
        TOOMANYREQUESTS(429);

        private final int status;

        Code(int status) {
            this.status = status;
        }
    }

    private final Code code;

    public RegistryException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public Code code() {
        return code;
    }

    /** The HTTP status to answer with. */
    public int status() {
        return code.status;
    }

    /** The spec's error body. */
    public String toJson() {
        return Json.createObjectBuilder()
                .add(
                        "errors",
                        Json.createArrayBuilder()
                                .add(Json.createObjectBuilder()
                                        .add("code", code.name())
                                        .add("message", getMessage())))
                .build()
                .toString();
    }
}
