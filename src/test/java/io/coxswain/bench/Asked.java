package io.coxswain.bench;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The state that clients have asked for and that the server has acknowledged. Not thread-safe. */
final class Asked {
    /** The annotation of a pod template that says which version of it is meant. */
    static final String VERSION = "faults/version";

    private final Map<String, Thing> things = new TreeMap<>();
    private final Map<String, String> namespaces = new TreeMap<>();
    private final Set<String> orphans = new TreeSet<>();

    /**
     * An object that is to be there.
     *
     * @param facts what its spec must say and its status must have come to, as {@code replicas} or {@code version}
     */
    record Thing(String resource, String namespace, String name, String uid, Map<String, String> facts) {
        Thing {
            facts = Map.copyOf(facts);
        }

        Thing with(String fact, String value) {
            Map<String, String> changed = new TreeMap<>(facts);
            changed.put(fact, value);
            return new Thing(resource, namespace, name, uid, changed);
        }

        String fact(String name) {
            return facts.getOrDefault(name, "");
        }

        int number(String name) {
            return Integer.parseInt(facts.getOrDefault(name, "0"));
        }

        String path() {
            return ClusterView.path(resource, namespace, name);
        }

        @Override
        public String toString() {
            return resource + " " + namespace + "/" + name;
        }
    }

    void put(Thing thing) {
        things.put(thing.toString(), thing);
    }

    void remove(Thing thing) {
        things.remove(thing.toString());
    }

    java.util.List<Thing> all() {
        return java.util.List.copyOf(things.values());
    }

    java.util.List<Thing> all(String resource, String namespace) {
        return things.values().stream()
                .filter(thing ->
                        thing.resource().equals(resource) && thing.namespace().equals(namespace))
                .toList();
    }

    boolean has(String resource, String namespace, String name) {
        return things.containsKey(resource + " " + namespace + "/" + name);
    }

    /** Name to uid. */
    Map<String, String> namespaces() {
        return namespaces;
    }

    /** A namespace and everything in it is to go. */
    void removeNamespace(String name) {
        namespaces.remove(name);
        things.values().removeIf(thing -> thing.namespace().equals(name));
        orphans.removeIf(orphan -> orphan.contains(" " + name + "/"));
    }

    /** The set was deleted and what it owned left behind. */
    void orphan(Thing set) {
        orphans.add(set.toString());
    }

    /**
     * Whether what a set of that name owned may be there without it. A set that is made anew adopts it, unless it is deleted before
     * its controller has seen it.
     */
    boolean orphaned(String sets, String namespace, String name) {
        return orphans.contains(sets + " " + namespace + "/" + name) && !has(sets, namespace, name);
    }

    void addAll(Asked other) {
        things.putAll(other.things);
        namespaces.putAll(other.namespaces);
        orphans.addAll(other.orphans);
    }
}
