package io.coxswain.bootstrap.pki;

/** Keys or certificates could not be read, made or written. The message says which and what to do. */
public class PkiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PkiException(String message, Throwable cause) {
        super(message, cause);
    }
}
