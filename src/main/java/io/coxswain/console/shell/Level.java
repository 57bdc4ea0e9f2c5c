package io.coxswain.console.shell;

import java.util.Locale;

/** How well something is, as its colour shows. */
public enum Level {
    GOOD,
    BUSY,
    BAD,
    OFF;

    /** The style class of a chip. */
    public String style() {
        return "chip chip-" + name().toLowerCase(Locale.ROOT);
    }
}
