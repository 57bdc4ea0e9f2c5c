package io.coxswain.controller.runtime;

/** What an object asks for cannot be had now, for a reason that lies outside this server: the key comes again. Logged without a stack. */
public final class ReconcileException extends Exception {
    private static final long serialVersionUID = 1L;

    public ReconcileException(String message) {
        super(message);
    }
}
