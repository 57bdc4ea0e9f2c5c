package io.coxswain.meta;

/** A path to a field as upstream prints it: {@code spec.containers[0].env[key].name}. Immutable. */
public final class FieldPath {
    private final String path;

    private FieldPath(String path) {
        this.path = path;
    }

    /** A path that starts at the object itself, such as {@code FieldPath.of("spec", "replicas")}. */
    public static FieldPath of(String first, String... rest) {
        FieldPath path = new FieldPath(first);
        for (String name : rest) {
            path = path.child(name);
        }
        return path;
    }

    public FieldPath child(String name) {
        return new FieldPath(path.isEmpty() ? name : path + "." + name);
    }

    public FieldPath index(int index) {
        return new FieldPath(path + "[" + index + "]");
    }

    public FieldPath key(String key) {
        return new FieldPath(path + "[" + key + "]");
    }

    @Override
    public String toString() {
        return path;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FieldPath that && that.path.equals(path);
    }

    @Override
    public int hashCode() {
        return path.hashCode();
    }
}
