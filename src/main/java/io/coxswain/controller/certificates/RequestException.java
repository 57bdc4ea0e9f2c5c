package io.coxswain.controller.certificates;

/** A request is none, or not one that its signer signs. The message ends up in its condition. */
final class RequestException extends Exception {
    private static final long serialVersionUID = 1L;

    RequestException(String message) {
        super(message);
    }
}
