package io.coxswain.apiserver.registry;

/**
 * One column that {@code kubectl get} shows.
 *
 * @param type string, integer, number, boolean, date
 * @param format {@code "name"} for the name column, else {@code ""}
 * @param priority 0 always, 1 with {@code -o wide}
 */
public record TableColumn(String name, String type, String format, String description, int priority) {
    public static TableColumn text(String name) {
        return new TableColumn(name, "string", "", "", 0);
    }

    public static TableColumn number(String name) {
        return new TableColumn(name, "integer", "", "", 0);
    }

    /** The same column, shown only with {@code -o wide}. */
    public TableColumn wide() {
        return new TableColumn(name, type, format, description, 1);
    }

    /** The Name column, which is every table's first. */
    public static TableColumn nameColumn() {
        return new TableColumn("Name", "string", "name", "", 0);
    }
}
