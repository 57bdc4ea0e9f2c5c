package io.coxswain.node.agent;

import io.coxswain.client.Informer;
import io.coxswain.client.ListOptions;
import io.coxswain.client.ResourceTypes;
import io.coxswain.client.SharedInformers;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@link PodSource} by informers: the node's own for its pods, the process's for what all nodes share. */
final class InformerPodSource implements PodSource {

    private final String node;
    private final SharedInformers own;
    private final Informer<Node> nodes;
    private final Informer<Service> services;
    private volatile @Nullable Informer<Pod> pods;

    InformerPodSource(String node, SharedInformers own, Informer<Node> nodes, Informer<Service> services) {
        this.node = node;
        this.own = own;
        this.nodes = nodes;
        this.services = services;
    }

    @Override
    public void start(Consumer<Pod> changed, Consumer<Pod> gone) {
        Informer<Pod> informer = own.informer(ResourceTypes.PODS, "", ListOptions.fields("spec.nodeName=" + node));
        informer.addHandler(new Informer.Handler<>() {
            @Override
            public void onAdd(Pod pod) {
                changed.accept(pod);
            }

            @Override
            public void onUpdate(Pod old, Pod now) {
                if (!old.getMetadata().getUid().equals(now.getMetadata().getUid())) {
                    // Deleted and made again between two looks.
                    gone.accept(old);
                }
                changed.accept(now);
            }

            @Override
            public void onDelete(Pod last) {
                gone.accept(last);
            }
        });
        pods = informer;
    }

    @Override
    public boolean podsSynced() {
        Informer<Pod> informer = pods;
        return informer != null && informer.hasSynced();
    }

    @Override
    public boolean surroundingsSynced() {
        return nodes.hasSynced() && services.hasSynced();
    }

    @Override
    public List<Node> nodes() {
        return nodes.lister().list("");
    }

    @Override
    public void close() {
        own.close();
    }
}
