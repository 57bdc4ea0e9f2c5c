package io.coxswain.meta.validation;

/** A tree that does not have the form of its type; the message is the one of Go's decoder. Becomes a 400. */
public class TypeMismatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TypeMismatchException(String message) {
        super(message);
    }
}
