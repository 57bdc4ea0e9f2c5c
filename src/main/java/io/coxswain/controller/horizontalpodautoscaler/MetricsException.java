package io.coxswain.controller.horizontalpodautoscaler;

/** A metric cannot be had, or says nothing. The message ends up in the autoscaler's condition. */
public final class MetricsException extends Exception {
    private static final long serialVersionUID = 1L;

    public MetricsException(String message) {
        super(message);
    }
}
