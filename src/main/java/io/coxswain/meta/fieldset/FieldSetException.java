package io.coxswain.meta.fieldset;

/** A set of fields, or an object that was to be read by its schema, that makes no sense; the message says why. */
public final class FieldSetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FieldSetException(String message) {
        super(message);
    }

    FieldSetException(String message, Throwable cause) {
        super(message, cause);
    }
}
