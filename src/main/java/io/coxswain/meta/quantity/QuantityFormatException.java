package io.coxswain.meta.quantity;

/** A text that is no quantity; the message is upstream's. */
public class QuantityFormatException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    static final String WRONG_FORMAT =
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
    static final String WRONG_SUFFIX = "unable to parse quantity's suffix";

    QuantityFormatException(String message) {
        super(message);
    }

    /** Never {@code null}. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
