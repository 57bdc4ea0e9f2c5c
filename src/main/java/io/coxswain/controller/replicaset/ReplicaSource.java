package io.coxswain.controller.replicaset;

import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.List;
import java.util.Optional;

/** Reads and writes objects of one kind in the form of ReplicaSets; their kind and apiVersion stay what they are. */
interface ReplicaSource {
    /** From the cache. */
    Optional<ReplicaSet> get(String namespace, String name);

    /** From the cache. */
    List<ReplicaSet> list(String namespace);

    /** Those that one object controls, from the cache. */
    List<ReplicaSet> ownedBy(String uid);

    /** From the server. */
    Optional<ReplicaSet> live(String namespace, String name);

    /** Writes the status and returns the new state. */
    ReplicaSet updateStatus(ReplicaSet set);
}
