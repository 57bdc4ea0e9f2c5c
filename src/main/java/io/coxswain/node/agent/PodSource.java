package io.coxswain.node.agent;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import java.util.function.Consumer;

/** What an agent watches. */
interface PodSource extends AutoCloseable {

    /** Begins to tell of the node's pods; the consumers must hand off. Called once. */
    void start(Consumer<Pod> changed, Consumer<Pod> gone);

    /** Whether all pods of the node have been told. */
    boolean podsSynced();

    /** Whether nodes and services are known: no pod may start before, for it would lack their addresses. First asked when the node is registered. */
    boolean surroundingsSynced();

    /** All nodes of the cluster. */
    List<Node> nodes();

    /** Services of the namespace. */
    List<Service> services(String namespace);

    /** The volumes that are directories of this node; none before they are known. */
    List<PersistentVolume> localVolumes();

    @Override
    void close();
}
