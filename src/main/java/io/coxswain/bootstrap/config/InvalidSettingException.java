package io.coxswain.bootstrap.config;

/** A setting that cannot be used. The message names the key and says what would do; nothing starts. */
public class InvalidSettingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidSettingException(String message) {
        super(message);
    }

    /** {@code key} has {@code value}, and {@code wanted} says what it should be. */
    public InvalidSettingException(String key, Object value, String wanted) {
        super(key + " is \"" + value + "\" but must be " + wanted);
    }
}
