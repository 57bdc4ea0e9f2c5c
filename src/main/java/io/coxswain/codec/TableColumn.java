package io.coxswain.codec;

/**
 * One column of a kind's table.
 *
 * @param type {@code string}, {@code integer}, {@code number}, {@code boolean} or {@code date}
 * @param format a hint such as {@code name} for the column that names the object; {@code ""} for none
 * @param priority 0 for columns that are always shown; higher ones are shown by {@code -o wide}
 */
public record TableColumn(String name, String type, String format, String description, int priority) {

    public static TableColumn of(String name, String type, String description) {
        return new TableColumn(name, type, "", description, 0);
    }

    /** The column {@code Name}, which comes first in every table. */
    public static TableColumn name(String description) {
        return new TableColumn("Name", "string", "name", description, 0);
    }

    public static TableColumn wide(String name, String type, String description) {
        return new TableColumn(name, type, "", description, 1);
    }
}
