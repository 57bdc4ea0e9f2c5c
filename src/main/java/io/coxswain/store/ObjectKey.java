package io.coxswain.store;

import java.util.Comparator;

/**
 * The key of a stored object; orders by resource, then namespace, then name, which is the order of lists.
 *
 * @param resource the resource with its group, such as {@code pods} or {@code deployments.apps}
 * @param namespace the namespace; {@code ""} for cluster-scoped objects
 * @param name the object's name
 */
public record ObjectKey(String resource, String namespace, String name) implements Comparable<ObjectKey> {
    private static final Comparator<ObjectKey> ORDER = Comparator.comparing(ObjectKey::resource)
            .thenComparing(ObjectKey::namespace)
            .thenComparing(ObjectKey::name);

    @Override
    public int compareTo(ObjectKey other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return namespace.isEmpty() ? resource + "/" + name : resource + "/" + namespace + "/" + name;
    }
}
