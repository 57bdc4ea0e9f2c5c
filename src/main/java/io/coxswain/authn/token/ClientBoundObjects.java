package io.coxswain.authn.token;

import io.coxswain.apiserver.request.UserInfo;
import io.coxswain.client.ApiClients;
import io.coxswain.client.Informers;
import io.coxswain.client.ResourceType;
import io.coxswain.client.ResourceTypes;
import io.fabric8.kubernetes.api.model.HasMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.time.Instant;
import java.util.Optional;

/** Reads the shared informers, and the API itself if the informer does not know the object (yet). */
@ApplicationScoped
public class ClientBoundObjects implements BoundObjects {

    private final Provider<Informers> informers;
    private final Provider<ApiClients> clients;

    /** For CDI's proxy. */
    @SuppressWarnings("NullAway") // CDI's proxy has no state of its own
    protected ClientBoundObjects() {
        this.informers = null;
        this.clients = null;
    }

    /** The providers break the circle: clients call the API server, which authenticates. */
    @Inject
    public ClientBoundObjects(Provider<Informers> informers, Provider<ApiClients> clients) {
        this.informers = informers;
        this.clients = clients;
    }

    @Override
    public Optional<Found> find(Kind kind, String namespace, String name, String expectedUid) {
        return switch (kind) {
            case SERVICE_ACCOUNT -> cached(ResourceTypes.SERVICE_ACCOUNTS, namespace, name, expectedUid);
            case POD -> cached(ResourceTypes.PODS, namespace, name, expectedUid);
            case NODE -> cached(ResourceTypes.NODES, "", name, expectedUid);
            // Secrets are not kept in memory for the rare token that is bound to one.
            case SECRET -> live(ResourceTypes.SECRETS, namespace, name);
        };
    }

    private <T extends HasMetadata> Optional<Found> cached(
            ResourceType<T> type, String namespace, String name, String expectedUid) {
        Optional<Found> found =
                informers.get().informer(type).lister().get(namespace, name).map(this::found);
        return found.isPresent() && found.get().uid().equals(expectedUid) ? found : live(type, namespace, name);
    }

    private <T extends HasMetadata> Optional<Found> live(ResourceType<T> type, String namespace, String name) {
        return clients.get()
                .as(UserInfo.API_SERVER, "token-authenticator")
                .resource(type)
                .find(namespace, name)
                .map(this::found);
    }

    private Found found(HasMetadata object) {
        String deletion = object.getMetadata().getDeletionTimestamp();
        return new Found(
                object.getMetadata().getUid(), Optional.ofNullable(deletion).map(Instant::parse));
    }
}
