package io.coxswain.controller.replicaset;

import io.coxswain.client.Lister;
import io.coxswain.client.ResourceClient;
import io.coxswain.client.ResourceTypes;
import io.coxswain.controller.runtime.Watches;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.ReplicationControllerBuilder;
import io.fabric8.kubernetes.api.model.ReplicationControllerStatus;
import io.fabric8.kubernetes.api.model.ReplicationControllerStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatusBuilder;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The ReplicationController loop: the ReplicaSets' loop on what came before them. */
@Dependent
public class ReplicationControllerReconciler extends ReplicaReconciler {
    @Inject
    public ReplicationControllerReconciler(Clock clock) {
        super("ReplicationController", clock);
    }

    @Override
    public String name() {
        return "replication-controller";
    }

    @Override
    public String queueName() {
        return "replicationmanager";
    }

    @Override
    ReplicaSource source(Watches watches) {
        return new Source(
                watches.client().resource(ResourceTypes.REPLICATION_CONTROLLERS),
                watches.primary(ResourceTypes.REPLICATION_CONTROLLERS).lister());
    }

    private record Source(ResourceClient<ReplicationController> client, Lister<ReplicationController> cache)
            implements ReplicaSource {
        @Override
        public Optional<ReplicaSet> get(String namespace, String name) {
            return cache.get(namespace, name).map(Source::asSet);
        }

        @Override
        public List<ReplicaSet> list(String namespace) {
            return cache.list(namespace).stream().map(Source::asSet).toList();
        }

        /** Nothing rolls ReplicationControllers out together. */
        @Override
        public List<ReplicaSet> ownedBy(String uid) {
            return cache.list("").stream()
                    .map(Source::asSet)
                    .filter(set -> set.getMetadata().getOwnerReferences().stream()
                            .anyMatch(owner -> uid.equals(owner.getUid())))
                    .toList();
        }

        @Override
        public Optional<ReplicaSet> live(String namespace, String name) {
            return client.find(namespace, name).map(Source::asSet);
        }

        @Override
        public ReplicaSet updateStatus(ReplicaSet set) {
            ReplicaSetStatus status = set.getStatus();
            ReplicationControllerStatusBuilder converted = new ReplicationControllerStatusBuilder()
                    .withReplicas(status.getReplicas())
                    .withFullyLabeledReplicas(status.getFullyLabeledReplicas())
                    .withReadyReplicas(status.getReadyReplicas())
                    .withAvailableReplicas(status.getAvailableReplicas())
                    .withObservedGeneration(status.getObservedGeneration());
            status.getConditions()
                    .forEach(condition -> converted
                            .addNewCondition()
                            .withType(condition.getType())
                            .withStatus(condition.getStatus())
                            .withReason(condition.getReason())
                            .withMessage(condition.getMessage())
                            .withLastTransitionTime(condition.getLastTransitionTime())
                            .endCondition());
            return asSet(client.updateStatus(new ReplicationControllerBuilder()
                    .withMetadata(set.getMetadata())
                    .withNewSpec()
                    .withReplicas(set.getSpec().getReplicas())
                    .withMinReadySeconds(set.getSpec().getMinReadySeconds())
                    .withSelector(set.getSpec().getSelector().getMatchLabels())
                    .withTemplate(set.getSpec().getTemplate())
                    .endSpec()
                    .withStatus(converted.build())
                    .build()));
        }

        private static ReplicaSet asSet(ReplicationController controller) {
            PodTemplateSpec template = controller.getSpec().getTemplate();
            Map<String, String> selector = controller.getSpec().getSelector();
            return new ReplicaSetBuilder()
                    .withApiVersion("v1")
                    .withKind("ReplicationController")
                    .withMetadata(controller.getMetadata())
                    .withNewSpec()
                    .withReplicas(controller.getSpec().getReplicas())
                    .withMinReadySeconds(controller.getSpec().getMinReadySeconds())
                    .withNewSelector()
                    .withMatchLabels(selector)
                    .endSelector()
                    .withTemplate(template)
                    .endSpec()
                    .withStatus(status(controller))
                    .build();
        }

        private static ReplicaSetStatus status(ReplicationController controller) {
            ReplicationControllerStatus status =
                    controller.getStatus() == null ? new ReplicationControllerStatus() : controller.getStatus();
            ReplicaSetStatusBuilder converted = new ReplicaSetStatusBuilder()
                    .withReplicas(status.getReplicas())
                    .withFullyLabeledReplicas(status.getFullyLabeledReplicas())
                    .withReadyReplicas(status.getReadyReplicas())
                    .withAvailableReplicas(status.getAvailableReplicas())
                    .withObservedGeneration(status.getObservedGeneration());
            status.getConditions()
                    .forEach(condition -> converted
                            .addNewCondition()
                            .withType(condition.getType())
                            .withStatus(condition.getStatus())
                            .withReason(condition.getReason())
                            .withMessage(condition.getMessage())
                            .withLastTransitionTime(condition.getLastTransitionTime())
                            .endCondition());
            return converted.build();
        }
    }
}
