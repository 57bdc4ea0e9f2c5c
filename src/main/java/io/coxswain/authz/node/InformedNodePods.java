package io.coxswain.authz.node;

import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.client.ApiClient;
import io.coxswain.client.ApiClients;
import io.coxswain.client.Informer;
import io.coxswain.client.Informers;
import io.coxswain.client.ListOptions;
import io.coxswain.client.ResourceTypes;
import io.fabric8.kubernetes.api.model.Pod;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Provider;

/**
 * Keeps references in an index of the shared pod informer. A reference that is not there is looked for among the node's pods in
 * the API itself: a kubelet may have heard of its new pod a moment before our informer did.
 */
@ApplicationScoped
public class InformedNodePods implements NodePods {
    private static final String INDEX = "references-by-node";

    private final Provider<Informers> informers;
    private final Provider<ApiClients> clients;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected InformedNodePods() {
        this.informers = null;
        this.clients = null;
    }

    /** The providers break the circle: clients call the API server, which authorizes. */
    @Inject
    public InformedNodePods(Provider<Informers> informers, Provider<ApiClients> clients) {
        this.informers = informers;
        this.clients = clients;
    }

    @Override
    public boolean refers(String node, Referent kind, String namespace, String name) {
        if (kind == Referent.PERSISTENT_VOLUME) {
            return refersToVolume(node, name);
        }
        String key = PodReferences.key(node, kind, namespace, name);
        Informer<Pod> pods = informers.get().informer(ResourceTypes.PODS);
        pods.addIndex(INDEX, PodReferences::of);
        if (!pods.lister().byIndex(INDEX, key).isEmpty()) {
            return true;
        }
        return client()
                .resource(ResourceTypes.PODS)
                .list(namespace, ListOptions.fields("spec.nodeName=" + node))
                .items()
                .stream()
                .anyMatch(pod -> PodReferences.of(pod).contains(key));
    }

    /** A node is told of a volume by its claim, so the volume is asked for now: a cache may not know it yet. */
    private boolean refersToVolume(String node, String name) {
        return client().resource(ResourceTypes.PERSISTENT_VOLUMES)
                .find("", name)
                .map(volume -> volume.getSpec().getClaimRef())
                .filter(claim -> claim.getNamespace() != null
                        && claim.getName() != null
                        && refers(node, Referent.PERSISTENT_VOLUME_CLAIM, claim.getNamespace(), claim.getName()))
                .isPresent();
    }

    private ApiClient client() {
        return clients.get().as(UserInfo.API_SERVER, "node-authorizer");
    }
}
