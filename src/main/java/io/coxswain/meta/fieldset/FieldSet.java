package io.coxswain.meta.fieldset;

import io.coxswain.meta.JsonTrees;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A set of paths into an object, kept as a tree: a path may be a member itself, have members below it, or both. Immutable.
 * {@link #parse} and {@link #toJson} are the form of {@code managedFields[].fieldsV1}.
 */
public final class FieldSet {
    public static final FieldSet EMPTY = new FieldSet(Collections.emptySortedMap());

    /** Deeper than any object that the codecs read. */
    private static final int MAX_DEPTH = 500;

    private final SortedMap<PathElement, Node> nodes;

    /** A step: whether its path is a member, and what is below it. One or the other at least. */
    private record Node(boolean member, FieldSet children) {}

    private FieldSet(SortedMap<PathElement, Node> nodes) {
        this.nodes = nodes;
    }

    private static FieldSet of(TreeMap<PathElement, Node> nodes) {
        return nodes.isEmpty() ? EMPTY : new FieldSet(nodes);
    }

    /** Collects paths. Not thread-safe. */
    public static final class Builder {
        private final TreeMap<PathElement, Builder> children = new TreeMap<>();
        private boolean member;

        /** Adds a path. The empty path, the whole object, is never a member. */
        public Builder add(List<PathElement> path) {
            Builder at = this;
            for (PathElement step : path) {
                at = at.children.computeIfAbsent(step, key -> new Builder());
            }
            at.member = true;
            return this;
        }

        public FieldSet build() {
            TreeMap<PathElement, Node> nodes = new TreeMap<>();
            children.forEach((step, child) -> nodes.put(step, new Node(child.member, child.build())));
            return of(nodes);
        }
    }

    /** A set of paths of plain field names, such as {@code paths("metadata.name", "status")}. */
    public static FieldSet paths(String... dotted) {
        Builder builder = new Builder();
        for (String path : dotted) {
            builder.add(
                    List.of(path.split("\\.")).stream().map(PathElement::field).toList());
        }
        return builder.build();
    }

    /**
     * Reads {@code fieldsV1}.
     *
     * @throws FieldSetException if it is malformed
     */
    public static FieldSet parse(JsonObject fieldsV1) {
        return parse(fieldsV1, 0);
    }

    private static FieldSet parse(JsonObject json, int depth) {
        if (depth > MAX_DEPTH) {
            throw new FieldSetException("nested too deeply");
        }
        TreeMap<PathElement, Node> nodes = new TreeMap<>();
        for (Map.Entry<String, JsonValue> entry : json.entrySet()) {
            if (entry.getKey().equals(".")) {
                continue; // the step above read it
            }
            if (!(entry.getValue() instanceof JsonObject below)) {
                throw new FieldSetException("expected an object at \"" + entry.getKey() + "\"");
            }
            PathElement.parse(entry.getKey()).ifPresent(step -> {
                FieldSet children = parse(below, depth + 1);
                nodes.put(step, new Node(below.containsKey(".") || children.isEmpty(), children));
            });
        }
        return of(nodes);
    }

    /** The set as {@code fieldsV1}, in upstream's order. */
    public JsonObject toJson() {
        JsonObjectBuilder json = JsonTrees.object();
        nodes.forEach((step, node) -> {
            if (node.children.isEmpty()) {
                json.add(step.text(), JsonValue.EMPTY_JSON_OBJECT);
            } else if (node.member) {
                JsonObjectBuilder below = JsonTrees.object().add(".", JsonValue.EMPTY_JSON_OBJECT);
                node.children.toJson().forEach(below::add);
                json.add(step.text(), below);
            } else {
                json.add(step.text(), node.children.toJson());
            }
        });
        return json.build();
    }

    public boolean isEmpty() {
        return nodes.isEmpty();
    }

    /** Whether the path of one step is a member. */
    boolean has(PathElement step) {
        Node node = nodes.get(step);
        return node != null && node.member;
    }

    /** What is below a step. */
    FieldSet below(PathElement step) {
        Node node = nodes.get(step);
        return node == null ? EMPTY : node.children;
    }

    public FieldSet union(FieldSet other) {
        if (isEmpty() || other.isEmpty()) {
            return isEmpty() ? other : this;
        }
        TreeMap<PathElement, Node> all = new TreeMap<>(nodes);
        other.nodes.forEach((step, node) ->
                all.merge(step, node, (a, b) -> new Node(a.member || b.member, a.children.union(b.children))));
        return of(all);
    }

    public FieldSet intersection(FieldSet other) {
        TreeMap<PathElement, Node> both = new TreeMap<>();
        nodes.forEach((step, node) -> {
            Node that = other.nodes.get(step);
            if (that != null) {
                put(both, step, node.member && that.member, node.children.intersection(that.children));
            }
        });
        return of(both);
    }

    /** The members that are no members of the other set. */
    public FieldSet difference(FieldSet other) {
        return difference(other, false);
    }

    /** The members that neither are members of the other set nor lie below one. */
    public FieldSet recursiveDifference(FieldSet other) {
        return difference(other, true);
    }

    private FieldSet difference(FieldSet other, boolean recursive) {
        if (isEmpty() || other.isEmpty()) {
            return this;
        }
        TreeMap<PathElement, Node> rest = new TreeMap<>();
        nodes.forEach((step, node) -> {
            Node that = other.nodes.get(step);
            if (that == null) {
                rest.put(step, node);
            } else if (!recursive || !that.member) {
                put(rest, step, node.member && !that.member, node.children.difference(that.children, recursive));
            }
        });
        return of(rest);
    }

    private static void put(Map<PathElement, Node> nodes, PathElement step, boolean member, FieldSet children) {
        if (member || !children.isEmpty()) {
            nodes.put(step, new Node(member, children));
        }
    }

    /** Adds, at each level, the fields that a schema names and that have members below: owning a part is owning the field. */
    FieldSet withNamedFields(SchemaStep schema) {
        TreeMap<PathElement, Node> nodesWithFields = new TreeMap<>();
        nodes.forEach((step, node) -> nodesWithFields.put(
                step,
                new Node(
                        node.member || !node.children.isEmpty() && schema.namesField(step),
                        node.children.isEmpty() ? EMPTY : node.children.withNamedFields(schema.below(step)))));
        return of(nodesWithFields);
    }

    /** Each member's path as messages print it, such as {@code .spec.replicas}; a level's members before what is below them. */
    public void forEachPath(Consumer<String> each) {
        forEachPath("", each);
    }

    private void forEachPath(String prefix, Consumer<String> each) {
        nodes.forEach((step, node) -> {
            if (node.member) {
                each.accept(prefix + step);
            }
        });
        nodes.forEach((step, node) -> node.children.forEachPath(prefix + step, each));
    }

    /** Whether every member is one of a set in {@code fieldsV1} form, which need not be read for that. */
    public boolean isWithin(JsonObject fieldsV1) {
        for (Map.Entry<PathElement, Node> entry : nodes.entrySet()) {
            Node node = entry.getValue();
            if (!(fieldsV1.get(entry.getKey().text()) instanceof JsonObject below)
                    || node.member && !isMember(below)
                    || !node.children.isWithin(below)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a member is one of a set in {@code fieldsV1} form too. */
    public boolean meets(JsonObject fieldsV1) {
        for (Map.Entry<PathElement, Node> entry : nodes.entrySet()) {
            Node node = entry.getValue();
            if (fieldsV1.get(entry.getKey().text()) instanceof JsonObject below
                    && (node.member && isMember(below) || node.children.meets(below))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isMember(JsonObject node) {
        return node.isEmpty() || node.containsKey(".");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FieldSet that && that.nodes.equals(nodes);
    }

    @Override
    public int hashCode() {
        return nodes.hashCode();
    }

    @Override
    public String toString() {
        return toJson().toString();
    }
}
