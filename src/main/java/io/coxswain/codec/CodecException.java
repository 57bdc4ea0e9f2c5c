package io.coxswain.codec;

/** Bytes that cannot be decoded; the message says why in upstream's words. Callers make it a 400 for their client. */
public class CodecException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CodecException(String message) {
        super(message);
    }

    public CodecException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Never {@code null}. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
