package io.coxswain.console.apply;

import io.coxswain.console.shell.Level;
import java.io.Serializable;
import java.util.List;

/**
 * What applying one document would do, or why it cannot be done.
 *
 * @param line of the manifest on which the document begins
 * @param object such as {@code Deployment default/web}; {@code ""} if that much could not be read
 * @param problem the answer of the server or of the reader; {@code ""} unless refused
 */
public record Difference(
        int index, int line, String object, Change change, List<UnifiedDiff.Line> lines, String problem)
        implements Serializable {

    /** What happens to the object. */
    public enum Change {
        CREATE,
        UPDATE,
        SAME,
        /** New, in a namespace that is new itself: the server can say nothing about it yet. */
        UNCHECKED,
        FAILED;

        /** Whether there is anything to write. */
        boolean writes() {
            return this == CREATE || this == UPDATE || this == UNCHECKED;
        }
    }

    public Difference {
        lines = List.copyOf(lines);
    }

    static Difference failed(Document document, String object, String problem) {
        return new Difference(document.index(), document.line(), object, Change.FAILED, List.of(), problem);
    }

    /** Key of the word for the change. */
    public String title() {
        return "apply.change." + change.name().toLowerCase(java.util.Locale.ROOT);
    }

    public Level level() {
        return switch (change) {
            case CREATE, UNCHECKED -> Level.GOOD;
            case UPDATE -> Level.BUSY;
            case SAME -> Level.OFF;
            case FAILED -> Level.BAD;
        };
    }

    public boolean unchecked() {
        return change == Change.UNCHECKED;
    }
}
