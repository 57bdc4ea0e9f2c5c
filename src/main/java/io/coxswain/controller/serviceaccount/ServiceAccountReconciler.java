package io.coxswain.controller.serviceaccount;

import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Namespaces;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import jakarta.enterprise.context.Dependent;
import java.util.List;
import java.util.Optional;

/** The ServiceAccount loop: every active namespace has an account {@code default}, which pods get that name none. */
@Dependent
public class ServiceAccountReconciler implements Reconciler {
    private static final String DEFAULT = "default";

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<Namespace> namespaces;

    @SuppressWarnings("NullAway.Init")
    private Lister<ServiceAccount> accounts;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<ServiceAccount> client;

    @Override
    public String name() {
        return "service-account-controller";
    }

    @Override
    public String queueName() {
        return "serviceaccount";
    }

    @Override
    public void setUp(Watches watches) {
        client = watches.client().resource(ResourceTypes.SERVICE_ACCOUNTS);
        namespaces = watches.primary(ResourceTypes.NAMESPACES).lister();
        accounts = watches.changes(
                        ResourceTypes.SERVICE_ACCOUNTS,
                        (old, now) -> now == null
                                        && old != null
                                        && DEFAULT.equals(old.getMetadata().getName())
                                ? List.of(new Key("", old.getMetadata().getNamespace()))
                                : List.of())
                .lister();
    }

    @Override
    public Result reconcile(Key key) {
        Optional<Namespace> namespace = namespaces.get("", key.name());
        if (namespace.filter(Namespaces::isActive).isPresent()
                && accounts.get(key.name(), DEFAULT).isEmpty()) {
            create(key.name());
        }
        return Result.done();
    }

    private void create(String namespace) {
        try {
            client.create(new ServiceAccountBuilder()
                    .withNewMetadata()
                    .withNamespace(namespace)
                    .withName(DEFAULT)
                    .endMetadata()
                    .build());
        } catch (ApiException e) {
            // Made by somebody else, and the cache does not show it yet; or not needed any more.
            if (!e.isAlreadyExists() && !Namespaces.isTerminating(e)) {
                throw e;
            }
        }
    }
}
