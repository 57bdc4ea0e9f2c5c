package io.coxswain.store;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one resource in key order, immutable: a change makes a new tree that shares all but a path of nodes
 * with the old one. A weight-balanced tree (Adams; balance parameters 3 and 2 as proved by Hirai and Yamamoto), because
 * the sizes it keeps also answer "how many in this namespace" in logarithmic time. The objects carry their own keys, so
 * a node costs 32 bytes; general-purpose persistent maps cost two to three times that.
 */
final class SortedTree {
    private static final int DELTA = 3;
    private static final int RATIO = 2;
    static final SortedTree EMPTY = new SortedTree(null);

    private final @Nullable Node root;

    private SortedTree(@Nullable Node root) {
        this.root = root;
    }

    private static final class Node {
        final StoredObject object;
        final @Nullable Node left;
        final @Nullable Node right;
        final int size;

        Node(StoredObject object, @Nullable Node left, @Nullable Node right) {
            this.object = object;
            this.left = left;
            this.right = right;
            this.size = size(left) + size(right) + 1;
        }
    }

    /** @param sorted objects in key order, no key twice */
    static SortedTree ofSorted(List<StoredObject> sorted) {
        return new SortedTree(build(sorted, 0, sorted.size()));
    }

    private static @Nullable Node build(List<StoredObject> sorted, int from, int to) {
        if (from >= to) {
            return null;
        }
        int middle = (from + to) >>> 1;
        return new Node(sorted.get(middle), build(sorted, from, middle), build(sorted, middle + 1, to));
    }

    int size() {
        return size(root);
    }

    @Nullable StoredObject get(String namespace, String name) {
        Node node = root;
        while (node != null) {
            int order = compare(namespace, name, node.object);
            if (order == 0) {
                return node.object;
            }
            node = order < 0 ? node.left : node.right;
        }
        return null;
    }

    /** This tree with an object put in, replacing the one of the same key. */
    SortedTree with(StoredObject object) {
        return new SortedTree(insert(root, object));
    }

    /** This tree without the object of that key, if there is one. */
    SortedTree without(ObjectKey key) {
        return get(key.namespace(), key.name()) == null
                ? this
                : new SortedTree(remove(root, key.namespace(), key.name()));
    }

    /** How many objects come before a key. */
    int countBefore(String namespace, String name) {
        int count = 0;
        Node node = root;
        while (node != null) {
            if (compare(namespace, name, node.object) <= 0) {
                node = node.left;
            } else {
                count += size(node.left) + 1;
                node = node.right;
            }
        }
        return count;
    }

    /** How many objects a namespace has. */
    int countIn(String namespace) {
        return countBefore(namespace + '\0', "") - countBefore(namespace, "");
    }

    /**
     * Iterates from a key on.
     *
     * @param inclusive whether an object with that very key comes first
     * @param only stop at the first object of another namespace; {@code null} for none
     */
    Iterator<StoredObject> iterate(String namespace, String name, boolean inclusive, @Nullable String only) {
        return new Walk(root, namespace, name, inclusive, only);
    }

    private static final class Walk implements Iterator<StoredObject> {
        private final ArrayDeque<Node> path = new ArrayDeque<>();
        private final @Nullable String only;

        Walk(@Nullable Node root, String namespace, String name, boolean inclusive, @Nullable String only) {
            this.only = only;
            Node node = root;
            while (node != null) {
                int order = compare(namespace, name, node.object);
                if (order < 0 || (order == 0 && inclusive)) {
                    path.push(node);
                    node = node.left;
                } else {
                    node = node.right;
                }
            }
        }

        @Override
        public boolean hasNext() {
            Node next = path.peek();
            return next != null
                    && (only == null || next.object.key().namespace().equals(only));
        }

        @Override
        public StoredObject next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Node next = path.pop();
            for (Node node = next.right; node != null; node = node.left) {
                path.push(node);
            }
            return next.object;
        }
    }

    /** For tests: whether order, sizes and balance hold everywhere. */
    boolean isSound() {
        return isSound(root, null, null);
    }

    private static boolean isSound(@Nullable Node node, @Nullable ObjectKey low, @Nullable ObjectKey high) {
        if (node == null) {
            return true;
        }
        ObjectKey key = node.object.key();
        boolean ordered = (low == null || low.compareTo(key) < 0) && (high == null || key.compareTo(high) < 0);
        boolean balanced = size(node.left) + size(node.right) <= 1
                || (size(node.left) <= DELTA * size(node.right) && size(node.right) <= DELTA * size(node.left));
        return ordered
                && balanced
                && node.size == size(node.left) + size(node.right) + 1
                && isSound(node.left, low, key)
                && isSound(node.right, key, high);
    }

    private static int size(@Nullable Node node) {
        return node == null ? 0 : node.size;
    }

    private static int compare(String namespace, String name, StoredObject object) {
        ObjectKey key = object.key();
        int order = namespace.compareTo(key.namespace());
        return order != 0 ? order : name.compareTo(key.name());
    }

    private static Node insert(@Nullable Node node, StoredObject object) {
        if (node == null) {
            return new Node(object, null, null);
        }
        int order = compare(object.key().namespace(), object.key().name(), node.object);
        if (order == 0) {
            return new Node(object, node.left, node.right);
        }
        return order < 0
                ? balance(node.object, insert(node.left, object), node.right)
                : balance(node.object, node.left, insert(node.right, object));
    }

    private static @Nullable Node remove(@Nullable Node node, String namespace, String name) {
        if (node == null) {
            return null;
        }
        int order = compare(namespace, name, node.object);
        if (order < 0) {
            return balance(node.object, remove(node.left, namespace, name), node.right);
        }
        if (order > 0) {
            return balance(node.object, node.left, remove(node.right, namespace, name));
        }
        return join(node.left, node.right);
    }

    /** One tree of two neighbouring ones: the larger side gives its end as the new root. */
    private static @Nullable Node join(@Nullable Node left, @Nullable Node right) {
        if (left == null) {
            return right;
        }
        if (right == null) {
            return left;
        }
        if (left.size > right.size) {
            Node last = left;
            while (last.right != null) {
                last = last.right;
            }
            return balance(last.object, withoutLast(left), right);
        }
        Node first = right;
        while (first.left != null) {
            first = first.left;
        }
        return balance(first.object, left, withoutFirst(right));
    }

    private static @Nullable Node withoutFirst(Node node) {
        return node.left == null ? node.right : balance(node.object, withoutFirst(node.left), node.right);
    }

    private static @Nullable Node withoutLast(Node node) {
        return node.right == null ? node.left : balance(node.object, node.left, withoutLast(node.right));
    }

    private static Node balance(StoredObject object, @Nullable Node left, @Nullable Node right) {
        int l = size(left);
        int r = size(right);
        if (l + r > 1) {
            if (right != null && r > DELTA * l) {
                return rotateLeft(object, left, right);
            }
            if (left != null && l > DELTA * r) {
                return rotateRight(object, left, right);
            }
        }
        return new Node(object, left, right);
    }

    private static Node rotateLeft(StoredObject object, @Nullable Node left, Node right) {
        Node inner = right.left;
        if (inner == null || inner.size < RATIO * size(right.right)) {
            return new Node(right.object, new Node(object, left, inner), right.right);
        }
        return new Node(
                inner.object, new Node(object, left, inner.left), new Node(right.object, inner.right, right.right));
    }

    private static Node rotateRight(StoredObject object, Node left, @Nullable Node right) {
        Node inner = left.right;
        if (inner == null || inner.size < RATIO * size(left.left)) {
            return new Node(left.object, left.left, new Node(object, inner, right));
        }
        return new Node(
                inner.object, new Node(left.object, left.left, inner.left), new Node(object, inner.right, right));
    }
}
