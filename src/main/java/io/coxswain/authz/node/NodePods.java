package io.coxswain.authz.node;

/** Which objects the pods of a node refer to. Thread-safe. */
public interface NodePods {
    /** What a pod can refer to by name in its own namespace. */
    enum Referent {
        POD,
        SECRET,
        CONFIG_MAP,
        PERSISTENT_VOLUME_CLAIM,
        /** By way of its claim; it has no namespace. */
        PERSISTENT_VOLUME,
        SERVICE_ACCOUNT
    }

    /** Whether a pod bound to the node refers to the object (for {@link Referent#POD}: is it). */
    boolean refers(String node, Referent kind, String namespace, String name);
}
