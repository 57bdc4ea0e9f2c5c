package io.coxswain.scheduler;

import io.coxswain.client.Informers;
import io.coxswain.client.ResourceTypes;
import io.coxswain.client.Selectors;
import io.coxswain.scheduler.framework.PodInfo;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Service;
import java.util.Map;
import java.util.Optional;

/** What pods belong together when none of them says so: those of the same services and the same ReplicaSet. */
final class DefaultSelectors {
    private final Informers informers;

    DefaultSelectors(Informers informers) {
        this.informers = informers;
    }

    Optional<LabelSelector> of(PodInfo pod) {
        LabelSelectorBuilder builder = new LabelSelectorBuilder();
        for (Service service :
                informers.informer(ResourceTypes.SERVICES).lister().list(pod.namespace())) {
            Map<String, String> selector =
                    service.getSpec() == null ? null : service.getSpec().getSelector();
            if (selector != null && !selector.isEmpty() && Selectors.matches(selector, pod.labels())) {
                builder.addToMatchLabels(selector);
            }
        }
        pod.pod().getMetadata().getOwnerReferences().stream()
                .filter(owner -> Boolean.TRUE.equals(owner.getController()) && "ReplicaSet".equals(owner.getKind()))
                .map(OwnerReference::getName)
                .findFirst()
                .flatMap(name ->
                        informers.informer(ResourceTypes.REPLICA_SETS).lister().get(pod.namespace(), name))
                .map(set -> set.getSpec().getSelector())
                .ifPresent(selector -> {
                    builder.addToMatchLabels(selector.getMatchLabels());
                    builder.addAllToMatchExpressions(selector.getMatchExpressions());
                });
        LabelSelector found = builder.build();
        return Selectors.isEmpty(found) ? Optional.empty() : Optional.of(found);
    }
}
