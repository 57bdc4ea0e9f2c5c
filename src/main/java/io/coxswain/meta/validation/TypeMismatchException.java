package io.coxswain.meta.validation;

/** A tree that does not have the form of its type; the message is the one of Go's decoder. Becomes a 400. */
public class TypeMismatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String conversion;

    TypeMismatchException(String message) {
        this(message, message);
    }

    TypeMismatchException(String message, String conversion) {
        super(message);
        this.conversion = conversion;
    }

    /** Never {@code null}. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }

    /** How upstream words the same fault where it converts a patched map instead of decoding JSON. */
    public String conversion() {
        return conversion;
    }
}
