package io.coxswain.controller.replicaset;

import io.coxswain.client.Informer;
import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Owners;
import io.coxswain.controller.runtime.Watches;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** The ReplicaSet loop. */
@Dependent
public class ReplicaSetReconciler extends ReplicaReconciler {
    private static final String BY_OWNER = "replicaset/owner";

    @Inject
    public ReplicaSetReconciler(Clock clock) {
        super("ReplicaSet", clock);
    }

    @Override
    public String name() {
        return "replicaset-controller";
    }

    @Override
    public String queueName() {
        return "replicaset";
    }

    @Override
    ReplicaSource source(Watches watches) {
        Informer<ReplicaSet> informer = watches.primary(ResourceTypes.REPLICA_SETS);
        informer.addIndex(
                BY_OWNER,
                set -> Owners.controllerOf(set).map(OwnerReference::getUid).stream()
                        .toList());
        return new Source(watches.client().resource(ResourceTypes.REPLICA_SETS), informer.lister());
    }

    private record Source(ResourceClient<ReplicaSet> client, Lister<ReplicaSet> cache) implements ReplicaSource {
        @Override
        public Optional<ReplicaSet> get(String namespace, String name) {
            return cache.get(namespace, name);
        }

        @Override
        public List<ReplicaSet> list(String namespace) {
            return cache.list(namespace);
        }

        @Override
        public List<ReplicaSet> ownedBy(String uid) {
            return cache.byIndex(BY_OWNER, uid);
        }

        @Override
        public Optional<ReplicaSet> live(String namespace, String name) {
            return client.find(namespace, name);
        }

        @Override
        public ReplicaSet updateStatus(ReplicaSet set) {
            return client.updateStatus(set);
        }
    }
}
