package io.coxswain.client;

/** The name of an object of a known resource; the namespace is {@code ""} for cluster-scoped ones. Holds nothing about any event: loops are level-based. */
public record Key(String namespace, String name) {
    @Override
    public String toString() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
