package io.coxswain.bootstrap.config;

/** A setting that must not be shown: it prints as stars. */
public record Secret(String value) {
    @Override
    public String toString() {
        return value.isEmpty() ? "" : "***";
    }
}
