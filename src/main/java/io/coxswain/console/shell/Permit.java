package io.coxswain.console.shell;

import java.io.Serializable;

/**
 * Whether the user may do something.
 *
 * @param reason why not, to show beside the disabled button; {@code ""} if allowed
 */
public record Permit(boolean allowed, String reason) implements Serializable {
    public static final Permit YES = new Permit(true, "");

    public boolean denied() {
        return !allowed;
    }
}
