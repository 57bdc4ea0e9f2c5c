package io.coxswain.node.agent;

import io.coxswain.client.Informer;
import io.coxswain.client.ListOptions;
import io.coxswain.client.ResourceTypes;
import io.coxswain.client.SharedInformers;
import io.coxswain.node.volume.LocalPaths;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@link PodSource} by informers under the node's own identity: its pods, its Node, its local volumes and all Services, which is what the Node
 * authorizer lets a kubelet read. The other nodes come from the server's cache: the routes to their pods are the pod network's
 * work, which in other clusters a network add-on does under an account of its own.
 */
final class InformerPodSource implements PodSource {

    private final String node;
    private final SharedInformers own;
    private final Informer<Node> peers;
    private volatile @Nullable Informer<Node> self;
    private volatile @Nullable Informer<Service> services;
    private volatile @Nullable Informer<Pod> pods;

    /** {@code own}: under the node's identity; {@code peers}: all Nodes, as the pod network sees them. */
    InformerPodSource(String node, SharedInformers own, Informer<Node> peers) {
        this.node = node;
        this.own = own;
        this.peers = peers;
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
        Informer<Node> known = self;
        Informer<Service> found = services;
        if (known == null || found == null) {
            // Not earlier: before the node has a certificate every list would fail, and wait longer each time.
            known = own.informer(ResourceTypes.NODES, "", ListOptions.fields("metadata.name=" + node));
            found = own.informer(ResourceTypes.SERVICES);
            self = known;
            services = found;
        }
        return peers.hasSynced() && known.hasSynced() && found.hasSynced();
    }

    @Override
    public List<Node> nodes() {
        List<Node> all = new ArrayList<>();
        Informer<Node> known = self;
        if (known != null) {
            all.addAll(known.lister().list(""));
        }
        peers.lister().list("").stream()
                .filter(n -> !n.getMetadata().getName().equals(node))
                .forEach(all::add);
        return all;
    }

    @Override
    public List<Service> services(String namespace) {
        Informer<Service> found = services;
        return found == null ? List.of() : found.lister().list(namespace);
    }

    @Override
    public List<PersistentVolume> localVolumes() {
        return own.informer(
                        ResourceTypes.PERSISTENT_VOLUMES, "", ListOptions.labels(LocalPaths.NODE_LABEL + "=" + node))
                .lister()
                .list("");
    }

    @Override
    public void close() {
        own.close();
    }
}
