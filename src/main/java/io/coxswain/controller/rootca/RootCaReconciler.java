package io.coxswain.controller.rootca;

import io.coxswain.client.Key;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Namespaces;
import io.coxswain.controller.runtime.Reconciler;
import io.coxswain.controller.runtime.Result;
import io.coxswain.controller.runtime.Watches;
import io.coxswain.meta.ApiException;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The root CA loop: every active namespace has a ConfigMap {@code kube-root-ca.crt} with the authority's certificate, and it stays as it is. */
@Dependent
public class RootCaReconciler implements Reconciler {
    static final String NAME = "kube-root-ca.crt";
    private static final String DESCRIPTION = "kubernetes.io/description";
    private static final String PURPOSE =
            "The certificate authority that the API server's own addresses in the cluster are verified by.";

    private final ClusterAuthorityCertificate authority;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Lister<Namespace> namespaces;

    @SuppressWarnings("NullAway.Init")
    private Lister<ConfigMap> configMaps;

    @SuppressWarnings("NullAway.Init")
    private ResourceClient<ConfigMap> client;

    @Inject
    public RootCaReconciler(ClusterAuthorityCertificate authority) {
        this.authority = authority;
    }

    /** The name of upstream's service account, to which the default ClusterRole is bound. */
    @Override
    public String name() {
        return "root-ca-cert-publisher";
    }

    @Override
    public String queueName() {
        return "root_ca_cert_publisher";
    }

    @Override
    public void setUp(Watches watches) {
        client = watches.client().resource(ResourceTypes.CONFIG_MAPS);
        namespaces = watches.primary(ResourceTypes.NAMESPACES).lister();
        configMaps = watches.changes(ResourceTypes.CONFIG_MAPS, RootCaReconciler::configMapChanged)
                .lister();
    }

    private static Collection<Key> configMapChanged(@Nullable ConfigMap old, @Nullable ConfigMap now) {
        ConfigMap either = now == null ? old : now;
        return either != null && NAME.equals(either.getMetadata().getName())
                ? List.of(new Key("", either.getMetadata().getNamespace()))
                : List.of();
    }

    @Override
    public Result reconcile(Key key) {
        Optional<Namespace> namespace = namespaces.get("", key.name()).filter(Namespaces::isActive);
        if (namespace.isEmpty()) {
            return Result.done();
        }
        Map<String, String> data = Map.of("ca.crt", authority.pem());
        Optional<ConfigMap> current = configMaps.get(key.name(), NAME);
        if (current.isEmpty()) {
            create(key.name(), data);
        } else if (!data.equals(current.get().getData()) || !isDescribed(current.get())) {
            client.update(new ConfigMapBuilder(current.get())
                    .editMetadata()
                    .addToAnnotations(DESCRIPTION, PURPOSE)
                    .endMetadata()
                    .withData(data)
                    .withBinaryData(Map.of())
                    .build());
        }
        return Result.done();
    }

    private static boolean isDescribed(ConfigMap map) {
        Map<String, String> annotations = map.getMetadata().getAnnotations();
        return annotations != null && annotations.containsKey(DESCRIPTION);
    }

    private void create(String namespace, Map<String, String> data) {
        try {
            client.create(new ConfigMapBuilder()
                    .withNewMetadata()
                    .withNamespace(namespace)
                    .withName(NAME)
                    .addToAnnotations(DESCRIPTION, PURPOSE)
                    .endMetadata()
                    .withData(data)
                    .build());
        } catch (ApiException e) {
            if (!e.isAlreadyExists() && !Namespaces.isTerminating(e)) {
                throw e;
            }
        }
    }
}
